{{ condition_concept(
    diagnosis=ref('codelist_hypertension'),
    resolved=ref('codelist_hypertension_resolved'),
    holds_if=[of_age(at_least=18)]
) }}
