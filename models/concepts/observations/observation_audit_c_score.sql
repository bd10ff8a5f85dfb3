{{ observation_concept(
    values=ref('codelist_audit_c_score'),
    plausible=[0, 12],
    minimum_age=16
) }}
