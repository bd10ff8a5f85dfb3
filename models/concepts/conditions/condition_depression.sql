{{ condition_concept(
    diagnosis=ref('codelist_depression'),
    resolved=ref('codelist_depression_resolved'),
    counts_from='2006-04-01',
    new_episodes_only=true,
    holds_if=[of_age(at_least=18)]
) }}
