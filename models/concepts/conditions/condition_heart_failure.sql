{{ condition_concept(
    diagnosis=ref('codelist_heart_failure'),
    resolved=ref('codelist_heart_failure_resolved')
) }}
