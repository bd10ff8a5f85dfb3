{{ cohort_search([
    ('Atrial fibrillation', has_condition('atrial_fibrillation')),
    ('CHA2DS2-VASc 2 or more', any_of(
        has_condition('stroke_or_tia'),
        aged(at_least=75),
        at_least_n_of(
            2,
            has_condition('heart_failure'),
            has_condition('hypertension'),
            aged(at_least=65, at_most=74),
            has_condition('diabetes'),
            any_of(has_condition('coronary_heart_disease'), has_condition('peripheral_arterial_disease')),
            sex_is('female')
        )
    )),
]) }}
