{{ status_concept(
    codelist=ref('codelist_smoking_status'),
    precedence=['current smoker', 'ex-smoker', 'never smoked'],
    minimum_age=11
) }}
