{{ condition_concept(
    diagnosis=ref('codelist_rheumatoid_arthritis'),
    holds_if=[first_diagnosed_aged(at_least=16)]
) }}
