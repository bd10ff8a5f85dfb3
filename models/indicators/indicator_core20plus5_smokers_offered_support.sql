{{ indicator(
    denominator=[
        ('Aged 15 or over', aged(at_least=15)),
        ('Current smoker',  latest_is('smoking_status', 'current smoker')),
    ],
    numerator=[
        ('Support offered in 24 months', recorded('smoking_cessation_support', within='24 months')),
    ]
) }}
