{{ cohort_search([
    ('Eligible for the learning disability health check', in_cohort('learning_disability_health_check_eligible')),
    ('No health check, or no plan since, this year', any_of(
        none_of(recorded('learning_disability_health_check', on_or_after=financial_year_start())),
        none_of(after('health_action_plan', 'learning_disability_health_check', since=financial_year_start()))
    )),
]) }}
