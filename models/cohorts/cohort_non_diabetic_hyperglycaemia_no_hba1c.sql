{{ cohort_search([
    ('Non-diabetic hyperglycaemia', has_condition('non_diabetic_hyperglycaemia')),
    ('No HbA1c in 12 months',       none_of(recorded('hba1c', within='12 months'))),
]) }}
