{{ event_concept(
    events=ref('stg_condition'),
    codelist=ref('codelist_retinal_screening')
) }}
