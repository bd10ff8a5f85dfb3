{{ status_concept(
    codelist=ref('codelist_frailty'),
    precedence=['severe', 'moderate', 'mild']
) }}
