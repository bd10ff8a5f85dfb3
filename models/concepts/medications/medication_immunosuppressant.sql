{{ event_concept(
    events=ref('stg_medication'),
    codelist=ref('codelist_immunosuppressant')
) }}
