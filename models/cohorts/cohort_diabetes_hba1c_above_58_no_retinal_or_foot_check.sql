{{ cohort_search([
    ('Diabetes',              has_condition('diabetes')),
    ('Latest HbA1c above 58', latest_value('hba1c', above=58)),
    ('Retinal or foot check missing in 12 months', any_of(
        none_of(recorded('retinal_screening', within='12 months')),
        none_of(recorded('diabetic_foot_examination', within='12 months'))
    )),
]) }}
