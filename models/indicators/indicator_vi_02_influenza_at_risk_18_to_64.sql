{{ indicator(
    denominator=[
        ('At risk, aged 18 to 64', in_cohort('influenza_eligible_at_risk_18_to_64')),
    ],
    exclusions=[
        ('Allergic, or contraindicated in 12 months', has_condition('influenza_vaccination_contraindicated', within='12 months')),
        ('Declined this season', has_condition(
            'influenza_vaccination_declined', on_or_after=influenza_season_start(), before=day_after_influenza_season()
        )),
        ('Invited twice, 7 days apart', after(
            'influenza_vaccination_invitation', 'influenza_vaccination_invitation',
            no_sooner_than='7 days', since=influenza_season_start()
        )),
    ],
    numerator=[
        ('Vaccinated this season', vaccinated(
            'influenza', on_or_after=influenza_season_start(), before=day_after_influenza_season()
        )),
    ]
) }}
