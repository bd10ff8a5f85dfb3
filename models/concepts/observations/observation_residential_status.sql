{{ status_concept(
    codelist=ref('codelist_residential_status'),
    precedence=['homeless', 'long-term residential care', 'other residence']
) }}
