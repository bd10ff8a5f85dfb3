{{ cohort_search([
    ('Aged 65 or over',             aged(at_least=65)),
    ('No pneumococcal vaccination', none_of(vaccinated('pneumococcal'))),
]) }}
