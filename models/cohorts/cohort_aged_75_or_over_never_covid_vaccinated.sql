{{ cohort_search([
    ('Aged 75 or over',                  aged(at_least=75)),
    ('No COVID-19 vaccination recorded', none_of(vaccinated('covid_19'))),
]) }}
