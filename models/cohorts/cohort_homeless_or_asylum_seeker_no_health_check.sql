{{ cohort_search([
    ('Homeless, asylum seeker or refugee', any_of(
        latest_is('residential_status', 'homeless'),
        has_condition('asylum_seeker_or_refugee')
    )),
    ('No new patient health check', none_of(recorded('new_patient_health_check'))),
]) }}
