{{ observation_concept(
    values=ref('codelist_total_cholesterol'),
    plausible=[0.5, 30]
) }}
