{{ indicator(
    denominator=[
        ('Aged 18 or over',                             aged(at_least=18)),
        ('Not on the hypertension register on 1 April', none_of(has_condition('hypertension_before_contract_year'))),
        ('Raised blood pressure before or in the year', any_of(
            latest_blood_pressure(at_least='140/90', concept='blood_pressure_before_contract_year'),
            recorded('raised_blood_pressure', on_or_after=financial_year_start())
        )),
    ],
    exclusions=[
        ('Palliative care', has_condition('palliative_care')),
        ('First raised in the last 6 months of the year', all_of(
            none_of(latest_blood_pressure(at_least='140/90', concept='blood_pressure_before_contract_year')),
            none_of(recorded('raised_blood_pressure', on_or_after=financial_year_start(), before=financial_year_half()))
        )),
    ],
    numerator=[
        ('Followed up', any_of(
            has_condition('hypertension'),
            after('blood_pressure_not_raised', 'raised_blood_pressure', no_sooner_than='1 day', since=financial_year_start()),
            after('home_blood_pressure', 'raised_blood_pressure', no_sooner_than='1 day', since=financial_year_start()),
            all_of(
                latest_blood_pressure(at_least='140/90', concept='blood_pressure_before_contract_year'),
                recorded('home_blood_pressure', on_or_after=financial_year_start())
            ),
            all_of(
                none_of(recorded('raised_blood_pressure', on_or_after=financial_year_start())),
                recorded('blood_pressure_not_raised', on_or_after=financial_year_start())
            )
        )),
    ]
) }}
