{{ cohort_search([
    ('Aged 75 or over',                            aged(at_least=75)),
    ('Aged 79 or under on 1 September 2024',       aged(at_most=79, on='2024-09-01')),
    ('No respiratory syncytial virus vaccination', none_of(vaccinated('respiratory_syncytial_virus'))),
]) }}
