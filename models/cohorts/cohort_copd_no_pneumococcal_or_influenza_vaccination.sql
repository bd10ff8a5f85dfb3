{{ cohort_search([
    ('COPD', has_condition('copd')),
    ('Pneumococcal or influenza vaccination missing', any_of(
        none_of(vaccinated('pneumococcal')),
        none_of(vaccinated('influenza', on_or_after=influenza_season_start()))
    )),
]) }}
