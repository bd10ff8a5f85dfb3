{{ cohort_search([
    ('Aged 40 to 74',                aged(at_least=40, at_most=74)),
    ('No condition that is already followed up', none_of(
        has_condition('coronary_heart_disease'),
        has_condition('stroke_or_tia'),
        has_condition('peripheral_arterial_disease'),
        has_condition('atrial_fibrillation'),
        has_condition('heart_failure'),
        has_condition('hypertension'),
        has_condition('chronic_kidney_disease'),
        has_condition('diabetes'),
        has_condition('familial_hypercholesterolaemia')
    )),
    ('No statin in 12 months',       none_of(prescribed('statin', within='12 months'))),
    ('Latest QRISK not 20% or more', none_of(latest_value('qrisk_score', at_least=20))),
]) }}
