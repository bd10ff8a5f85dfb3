{{ event_concept(
    events=ref('stg_condition'),
    codelist=ref('codelist_cervical_screening_unsuitable')
) }}
