{{ cohort_search([
    ('Severe mental illness, not in remission', has_condition('severe_mental_illness_not_in_remission')),
    ('One or more of six checks missing in 12 months', any_of(
        none_of(recorded('blood_pressure', within='12 months')),
        none_of(recorded('bmi', within='12 months')),
        none_of(recorded('smoking_status', within='12 months')),
        none_of(recorded('alcohol_consumption', within='12 months')),
        none_of(recorded('total_cholesterol', within='12 months')),
        none_of(recorded('hba1c', within='12 months'), recorded('blood_glucose', within='12 months'))
    )),
]) }}
