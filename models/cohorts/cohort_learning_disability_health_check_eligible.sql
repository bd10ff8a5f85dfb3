{{ cohort_search([
    ('Learning disability', has_condition('learning_disability')),
    ('Aged 14 or over',     aged(at_least=14)),
]) }}
