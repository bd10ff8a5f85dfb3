{{ cohort_search([
    ('Chronic kidney disease, stage 3 to 5',           has_condition('chronic_kidney_disease')),
    ('No urine albumin creatinine ratio in 12 months', none_of(recorded('urine_albumin_creatinine_ratio', within='12 months'))),
]) }}
