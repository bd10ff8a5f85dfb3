{{ cohort_search([
    ('Atrial fibrillation at risk of stroke', in_cohort('atrial_fibrillation_at_risk_of_stroke')),
    ('No anticoagulant in 6 months',          none_of(prescribed('oral_anticoagulant', within='6 months'))),
]) }}
