{{ cohort_search([
    ('Hypertension', has_condition('hypertension')),
    ('Latest blood pressure in 12 months above target, or none', any_of(
        all_of(aged(at_most=79), latest_blood_pressure(above='140/90', within='12 months')),
        all_of(aged(at_least=80), latest_blood_pressure(above='150/90', within='12 months')),
        none_of(recorded('blood_pressure', within='12 months'))
    )),
]) }}
