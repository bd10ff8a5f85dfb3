{{ indicator(
    denominator=[
        ('Asthma',           has_condition('asthma')),
        ('Aged 17 or under', aged(at_most=17)),
    ],
    numerator=[
        ('Fewer than six relievers in 12 months', none_of(prescribed('asthma_reliever', within='12 months', at_least_times=6))),
    ]
) }}
