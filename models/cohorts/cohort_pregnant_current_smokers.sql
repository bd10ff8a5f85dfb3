{{ cohort_search([
    ('Pregnant',       has_condition('pregnancy')),
    ('Current smoker', latest_is('smoking_status', 'current smoker')),
]) }}
