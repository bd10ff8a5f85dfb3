{{ cohort_search([
    ('Eligible for COVID-19 vaccination',     in_cohort('covid_19_eligible')),
    ('No COVID-19 vaccination this campaign', none_of(vaccinated('covid_19', on_or_after=covid_19_campaign_start()))),
]) }}
