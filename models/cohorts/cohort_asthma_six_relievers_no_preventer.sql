{{ cohort_search([
    ('Asthma',                             has_condition('asthma')),
    ('Six or more relievers in 12 months', prescribed('asthma_reliever', within='12 months', at_least_times=6)),
    ('No preventer in 12 months',          none_of(prescribed('asthma_inhaler', within='12 months'))),
]) }}
