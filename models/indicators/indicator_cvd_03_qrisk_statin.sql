{{ indicator(
    denominator=[
        ('Latest QRISK 20% or more', latest_value('qrisk_score', at_least=20)),
    ],
    numerator=[
        ('Statin in 12 months', prescribed('statin', within='12 months')),
    ]
) }}
