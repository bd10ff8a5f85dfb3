{{ event_concept(
    events=[ref('stg_condition'), ref('stg_observation')],
    codelist=[ref('codelist_alcohol_consumption'), ref('codelist_audit_c_score'), ref('codelist_audit_score')]
) }}
