{{ cohort_search([
    ('Learning disability',                  has_condition('learning_disability')),
    ('Severe mental illness',                has_condition('severe_mental_illness')),
    ('No influenza vaccination this season', none_of(vaccinated('influenza', on_or_after=influenza_season_start()))),
]) }}
