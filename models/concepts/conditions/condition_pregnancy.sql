{{ condition_concept(
    diagnosis=ref('codelist_pregnancy'),
    resolved=ref('codelist_pregnancy_ended'),
    within='9 months',
    holds_if=[of_age(at_least=12, at_most=55)]
) }}
