{{ event_concept(
    events=ref('stg_vaccination'),
    codelist=ref('codelist_respiratory_syncytial_virus_vaccination')
) }}
