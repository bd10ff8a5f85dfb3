{{ condition_concept(
    diagnosis=ref('codelist_hypertension'),
    resolved=ref('codelist_hypertension_resolved')
) }}
