{{ observation_concept(
    values=ref('codelist_qrisk_score'),
    plausible=[0, 100]
) }}
