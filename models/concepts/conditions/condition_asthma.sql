{{ condition_concept(
    diagnosis=ref('codelist_asthma'),
    resolved=ref('codelist_asthma_resolved'),
    holds_if=[
        of_age(at_least=6),
        has(issues_of([ref('codelist_asthma_inhaler'), ref('codelist_asthma_reliever')], within='12 months')),
    ]
) }}
