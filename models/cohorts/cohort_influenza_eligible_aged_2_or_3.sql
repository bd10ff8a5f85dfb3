{{ cohort_search([
    ('Aged 2 or 3 on 31 August', aged(at_least=2, at_most=3, on=day_before_influenza_season())),
]) }}
