{{ indicator(
    denominator=[
        ('Hypertension', has_condition('hypertension')),
    ],
    numerator=[
        ('Blood pressure at target in 12 months', any_of(
            all_of(aged(at_most=79), latest_blood_pressure(at_most='140/90', within='12 months')),
            all_of(aged(at_least=80), latest_blood_pressure(at_most='150/90', within='12 months'))
        )),
    ]
) }}
