{{ event_concept(
    events=ref('stg_condition'),
    codelist=ref('codelist_health_action_plan')
) }}
