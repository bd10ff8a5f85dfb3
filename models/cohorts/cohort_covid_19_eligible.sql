{{ cohort_search([
    ('Eligible for COVID-19 vaccination', any_of(
        aged(at_least=75),
        all_of(aged(at_least=65), latest_is('residential_status', 'long-term residential care')),
        has_condition('immunosuppression'),
        prescribed('immunosuppressant', within='6 months')
    )),
]) }}
