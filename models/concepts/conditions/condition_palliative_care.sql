{{ condition_concept(
    diagnosis=ref('codelist_palliative_care'),
    resolved=ref('codelist_palliative_care_not_indicated'),
    on_a_tie='diagnosed',
    counts_from='2008-04-01'
) }}
