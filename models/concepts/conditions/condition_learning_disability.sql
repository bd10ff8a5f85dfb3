{{ condition_concept(
    diagnosis=ref('codelist_learning_disability'),
    resolved=ref('codelist_learning_disability_removed')
) }}
