{{ cohort_search([
    ('Aged 18 or over',                aged(at_least=18)),
    ('Current smoker',                 latest_is('smoking_status', 'current smoker')),
    ('COPD or severe mental illness',  any_of(has_condition('copd'), has_condition('severe_mental_illness'))),
]) }}
