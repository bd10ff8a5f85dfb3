{{ condition_concept(
    diagnosis=ref('codelist_diabetes'),
    resolved=ref('codelist_diabetes_resolved'),
    holds_if=[of_age(at_least=0, at_most=17)]
) }}
