{{ cohort_search([
    ('Aged 18 or over',              aged(at_least=18)),
    ('Aged 64 or under on 31 March', aged(at_most=64, on=influenza_season_end())),
    ('In a clinical risk group or a care home', any_of(
        in_cohort('influenza_clinical_risk_group'),
        latest_is('residential_status', 'long-term residential care')
    )),
]) }}
