{{ indicator(
    numerator=[
        ('Learning disability', has_condition('learning_disability')),
    ]
) }}
