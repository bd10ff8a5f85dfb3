{{ cohort_search([
    ('Carer',      latest_is('carer_status', 'carer')),
    ('Depression', has_condition('depression')),
]) }}
