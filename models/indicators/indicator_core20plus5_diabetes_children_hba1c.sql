{{ indicator(
    denominator=[
        ('Diabetes, aged 17 or under', has_condition('diabetes_in_children')),
    ],
    numerator=[
        ('HbA1c in 12 months', recorded('hba1c', within='12 months')),
    ]
) }}
