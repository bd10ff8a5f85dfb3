{{ cohort_search([
    ('Ethnicity not recorded', none_of(ethnicity_recorded())),
]) }}
