{{ condition_concept(
    diagnosis=ref('codelist_epilepsy'),
    resolved=ref('codelist_epilepsy_resolved'),
    holds_if=[
        of_age(at_least=18),
        has(issues_of(ref('codelist_antiepileptic_medicine'), within='6 months')),
    ]
) }}
