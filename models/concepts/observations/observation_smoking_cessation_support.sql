{{ event_concept(
    events=ref('stg_condition'),
    codelist=ref('codelist_smoking_cessation_support')
) }}
