{{ cohort_search([
    ('Obesity',                        has_condition('obesity')),
    ('Hypertension',                   has_condition('hypertension')),
    ('No NHS Health Check in 5 years', none_of(recorded('nhs_health_check', within='5 years'))),
]) }}
