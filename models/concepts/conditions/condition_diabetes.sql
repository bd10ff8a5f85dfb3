{{ condition_concept(
    diagnosis=ref('codelist_diabetes'),
    resolved=ref('codelist_diabetes_resolved')
) }}
