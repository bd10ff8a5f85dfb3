{{ condition_concept(
    diagnosis=ref('codelist_cancer'),
    counts_from='2003-04-01',
    new_episodes_only=true
) }}
