{{ cohort_search([
    ('Aged 65 or over',                              aged(at_least=65)),
    ('Ten or more medicines',                        latest_value('number_of_medicines', at_least=10)),
    ('No structured medication review in 12 months', none_of(recorded('structured_medication_review', within='12 months'))),
]) }}
