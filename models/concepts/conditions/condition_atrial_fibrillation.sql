{{ condition_concept(
    diagnosis=ref('codelist_atrial_fibrillation'),
    resolved=ref('codelist_atrial_fibrillation_resolved')
) }}
