{{ event_concept(
    events=ref('stg_vaccination'),
    codelist=ref('codelist_shingles_vaccination')
) }}
