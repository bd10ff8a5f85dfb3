{{ indicator(
    denominator=[
        ('COPD', has_condition('copd')),
    ],
    numerator=[
        ('Vaccinated this season', vaccinated(
            'influenza', on_or_after=influenza_season_start(), before=day_after_influenza_season()
        )),
        ('Pneumococcal vaccination', vaccinated('pneumococcal')),
    ]
) }}
