{{ condition_concept(
    diagnosis=ref('codelist_non_diabetic_hyperglycaemia'),
    holds_if=[
        first_diagnosed_aged(at_least=18),
        no_rule(has(active_diagnoses_of(ref('codelist_diabetes'), resolved=ref('codelist_diabetes_resolved')))),
    ]
) }}
