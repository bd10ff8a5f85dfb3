{{ indicator(
    numerator=[
        ('On the hypertension register', has_condition('hypertension')),
    ]
) }}
