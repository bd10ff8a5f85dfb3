{{ observation_concept(
    values=ref('codelist_ldl_cholesterol'),
    plausible=[0.1, 25]
) }}
