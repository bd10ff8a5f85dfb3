{{ cohort_search([
    ('Eligible for the NHS Health Check', in_cohort('nhs_health_check_eligible')),
    ('No NHS Health Check in 5 years',    none_of(recorded('nhs_health_check', within='5 years'))),
]) }}
