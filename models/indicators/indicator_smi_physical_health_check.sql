{{ indicator(
    denominator=[
        ('Severe mental illness, not in remission', has_condition('severe_mental_illness_not_in_remission')),
    ],
    numerator=[
        ('Blood pressure in 12 months',         recorded('blood_pressure', within='12 months')),
        ('BMI in 12 months',                    recorded('bmi', within='12 months')),
        ('Smoking status in 12 months',         recorded('smoking_status', within='12 months')),
        ('Alcohol consumption in 12 months',    recorded('alcohol_consumption', within='12 months')),
        ('Lipids in 12 months',                 any_of(recorded('total_cholesterol', within='12 months'), recorded('ldl_cholesterol', within='12 months'))),
        ('HbA1c or blood glucose in 12 months', any_of(recorded('hba1c', within='12 months'), recorded('blood_glucose', within='12 months'))),
    ]
) }}
