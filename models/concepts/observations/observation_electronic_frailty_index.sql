{{ observation_concept(
    values=ref('codelist_electronic_frailty_index'),
    plausible=[0, 1]
) }}
