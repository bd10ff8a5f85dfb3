{{ event_concept(
    events=ref('stg_condition'),
    codelist=ref('codelist_diabetic_foot_examination')
) }}
