{{ cohort_search([
    ('Eligible for influenza vaccination', any_of(
        in_cohort('influenza_eligible_aged_65_or_over'),
        in_cohort('influenza_eligible_at_risk_18_to_64'),
        in_cohort('influenza_eligible_aged_2_or_3')
    )),
    ('No influenza vaccination this season', none_of(vaccinated('influenza', on_or_after=influenza_season_start()))),
]) }}
