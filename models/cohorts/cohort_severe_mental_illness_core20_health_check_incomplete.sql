{{ cohort_search([
    ('Physical health check incomplete', in_cohort('severe_mental_illness_health_check_incomplete')),
    ('Lives in Core20',                  in_core20()),
]) }}
