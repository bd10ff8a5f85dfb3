{{ cohort_search([
    ('Aged 18 or over',                   aged(at_least=18)),
    ('Latest BMI 30 or more, in 5 years', latest_value('bmi', at_least=30, within='5 years')),
    ('Anxiety or depression',             any_of(has_condition('anxiety'), has_condition('depression'))),
    ('No COVID-19 vaccination recorded',  none_of(vaccinated('covid_19'))),
]) }}
