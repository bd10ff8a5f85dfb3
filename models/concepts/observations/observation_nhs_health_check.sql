{{ event_concept(
    events=ref('stg_condition'),
    codelist=ref('codelist_nhs_health_check')
) }}
