{{ indicator(
    denominator=[
        ('Cardiovascular disease', any_of(
            has_condition('coronary_heart_disease'),
            has_condition('stroke_or_tia'),
            has_condition('peripheral_arterial_disease')
        )),
    ],
    numerator=[
        ('LDL cholesterol 2.0 or less in 12 months', latest_value('ldl_cholesterol', at_most=2.0, within='12 months')),
    ]
) }}
