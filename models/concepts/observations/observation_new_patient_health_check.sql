{{ event_concept(
    events=ref('stg_condition'),
    codelist=ref('codelist_new_patient_health_check')
) }}
