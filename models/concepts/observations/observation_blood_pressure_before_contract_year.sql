{{ blood_pressure_concept(
    counts_from=day_before(financial_year_start(), '2 years'),
    before=financial_year_start()
) }}
