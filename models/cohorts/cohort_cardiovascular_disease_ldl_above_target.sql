{{ cohort_search([
    ('Coronary heart disease, stroke, TIA or peripheral arterial disease', any_of(
        has_condition('coronary_heart_disease'),
        has_condition('stroke_or_tia'),
        has_condition('peripheral_arterial_disease')
    )),
    ('Latest LDL cholesterol above 2.0, in 12 months', latest_value('ldl_cholesterol', above=2.0, within='12 months')),
]) }}
