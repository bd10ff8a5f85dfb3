{{ status_concept(
    codelist=ref('codelist_housebound_status'),
    precedence=['housebound', 'not housebound']
) }}
