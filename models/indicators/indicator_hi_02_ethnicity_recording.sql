{{ indicator(
    numerator=[
        ('Ethnicity recorded', ethnicity_recorded()),
    ]
) }}
