{{ cohort_search([
    ('Eligible for cervical screening', in_cohort('cervical_screening_eligible')),
    ('Not screened in the interval of her age', any_of(
        all_of(aged(at_most=49), none_of(recorded('cervical_screening', within='42 months'))),
        all_of(aged(at_least=50), none_of(recorded('cervical_screening', within='66 months')))
    )),
    ('Not declined in 12 months',       none_of(recorded('cervical_screening_declined', within='12 months'))),
]) }}
