{{ condition_concept(
    diagnosis=ref('codelist_copd'),
    resolved=ref('codelist_copd_resolved')
) }}
