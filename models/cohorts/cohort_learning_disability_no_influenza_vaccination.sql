{{ cohort_search([
    ('Learning disability',                  has_condition('learning_disability')),
    ('No influenza vaccination this season', none_of(vaccinated('influenza', on_or_after=influenza_season_start()))),
]) }}
