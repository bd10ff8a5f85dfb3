{{ observation_concept(
    values=ref('codelist_systolic_blood_pressure'),
    plausible=[40, 350]
) }}
