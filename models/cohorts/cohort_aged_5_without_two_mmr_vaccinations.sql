{{ cohort_search([
    ('Aged 5',                          aged(at_least=5, at_most=5)),
    ('Fewer than two MMR vaccinations', none_of(vaccinated('mmr', doses=2))),
]) }}
