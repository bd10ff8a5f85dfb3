{{ indicator(
    denominator=[
        ('Eligible for the learning disability health check', in_cohort('learning_disability_health_check_eligible')),
    ],
    exclusions=[
        ('Health check declined this year', has_condition('learning_disability_health_check_declined', on_or_after=financial_year_start())),
    ],
    numerator=[
        ('Health check this year',            recorded('learning_disability_health_check', on_or_after=financial_year_start())),
        ('Action plan on or after the check', after('health_action_plan', 'learning_disability_health_check', since=financial_year_start())),
    ]
) }}
