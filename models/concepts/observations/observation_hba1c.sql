{{ observation_concept(
    values=ref('codelist_hba1c'),
    plausible=[20, 195],
    units={'mmol/mol': '{value}', '%': '10.929 * ({value} - 2.15)'}
) }}
