{{ cohort_search([
    ('Aged 18 or over',                                 aged(at_least=18)),
    ('Latest systolic pressure 140 or more, in 24 months', latest_value('systolic_blood_pressure', at_least=140, within='24 months')),
    ('No hypertension diagnosis',                       none_of(has_condition('hypertension'))),
]) }}
