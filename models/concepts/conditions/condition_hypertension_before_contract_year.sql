{{ condition_concept(
    diagnosis=ref('codelist_hypertension'),
    resolved=ref('codelist_hypertension_resolved'),
    before=financial_year_start(),
    holds_if=[of_age(at_least=18, on=day_before(financial_year_start(), '1 day'))]
) }}
