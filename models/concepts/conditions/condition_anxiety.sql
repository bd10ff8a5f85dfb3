{{ condition_concept(
    diagnosis=ref('codelist_anxiety'),
    resolved=ref('codelist_anxiety_resolved')
) }}
