{{ status_concept(
    codelist=ref('codelist_diabetes_type'),
    precedence=['type 1', 'type 2']
) }}
