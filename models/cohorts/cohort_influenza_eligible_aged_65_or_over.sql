{{ cohort_search([
    ('Aged 65 or over on 31 March', aged(at_least=65, on=influenza_season_end())),
]) }}
