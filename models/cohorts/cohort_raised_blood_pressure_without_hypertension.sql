{{ cohort_search([
    ('Aged 18 or over',                                    aged(at_least=18)),
    ('Latest blood pressure 140/90 or more, in 24 months', latest_blood_pressure(at_least='140/90', within='24 months')),
    ('No hypertension diagnosis',                          none_of(has_condition('hypertension'))),
]) }}
