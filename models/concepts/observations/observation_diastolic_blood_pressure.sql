{{ observation_concept(
    values=ref('codelist_diastolic_blood_pressure'),
    plausible=[20, 200]
) }}
