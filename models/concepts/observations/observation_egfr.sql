{{ observation_concept(
    values=ref('codelist_egfr'),
    plausible=[1, 200]
) }}
