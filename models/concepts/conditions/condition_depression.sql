{{ condition_concept(
    diagnosis=ref('codelist_depression'),
    resolved=ref('codelist_depression_resolved'),
    counts_from='2006-04-01'
) }}
