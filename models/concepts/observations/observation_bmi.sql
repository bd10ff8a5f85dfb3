{{ observation_concept(
    values=ref('codelist_bmi'),
    plausible=[10, 150],
    minimum_age=18,
    categories=ref('codelist_bmi_category')
) }}
