{{ status_concept(
    codelist=ref('codelist_carer_status'),
    precedence=['carer', 'not a carer']
) }}
