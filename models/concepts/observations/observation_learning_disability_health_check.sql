{{ event_concept(
    events=ref('stg_condition'),
    codelist=ref('codelist_learning_disability_health_check')
) }}
