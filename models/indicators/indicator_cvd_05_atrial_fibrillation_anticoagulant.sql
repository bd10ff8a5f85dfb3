{{ indicator(
    denominator=[
        ('Atrial fibrillation at risk of stroke', in_cohort('atrial_fibrillation_at_risk_of_stroke')),
    ],
    numerator=[
        ('Anticoagulant in 6 months', prescribed('oral_anticoagulant', within='6 months')),
    ]
) }}
