{{ observation_concept(
    values=ref('codelist_urine_albumin_creatinine_ratio'),
    plausible=[0, 3000]
) }}
