{{ cohort_search([
    ('Cervical screening overdue', in_cohort('cervical_screening_overdue')),
    ('Lives in Core20',            in_core20()),
]) }}
