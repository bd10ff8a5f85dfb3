{{ observation_concept(
    values=ref('codelist_blood_glucose'),
    plausible=[0.5, 60]
) }}
