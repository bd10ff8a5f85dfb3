{{ cohort_search([
    ('Latest BMI 40 or more',                latest_value('bmi', at_least=40)),
    ('No influenza vaccination this season', none_of(vaccinated('influenza', on_or_after=influenza_season_start()))),
]) }}
