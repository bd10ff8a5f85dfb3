{{ cohort_search([
    ('Female',         sex_is('female')),
    ('Aged 25 to 64',  aged(at_least=25, at_most=64)),
    ('Not unsuitable', none_of(recorded('cervical_screening_unsuitable'))),
]) }}
