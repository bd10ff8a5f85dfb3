{{ cohort_search([
    ('Diabetes',              has_condition('diabetes')),
    ('Lives in Core20',       in_core20()),
    ('Latest BMI 35 or more', latest_value('bmi', at_least=35)),
]) }}
