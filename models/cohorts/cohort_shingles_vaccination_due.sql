{{ cohort_search([
    ('Eligible for shingles vaccination', any_of(
        all_of(aged(at_least=65), aged(at_most=64, on='2023-08-31')),
        aged(at_least=70, at_most=79),
        all_of(aged(at_least=50), has_condition('immunosuppression'))
    )),
    ('Fewer than two doses', none_of(vaccinated('shingles', doses=2))),
]) }}
