{{ event_concept(
    events=ref('stg_condition'),
    codelist=ref('codelist_structured_medication_review')
) }}
