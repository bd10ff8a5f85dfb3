{{ cohort_search([
    ('In a clinical risk group', any_of(
        has_condition('coronary_heart_disease'),
        has_condition('chronic_heart_disease'),
        has_condition('heart_failure'),
        has_condition('asthma'),
        has_condition('copd'),
        has_condition('chronic_respiratory_disease'),
        has_condition('chronic_kidney_disease'),
        has_condition('chronic_liver_disease'),
        has_condition('stroke_or_tia'),
        has_condition('chronic_neurological_disease'),
        has_condition('diabetes'),
        has_condition('immunosuppression'),
        prescribed('immunosuppressant', within='6 months'),
        has_condition('asplenia'),
        has_condition('learning_disability'),
        latest_value('bmi', at_least=40)
    )),
]) }}
