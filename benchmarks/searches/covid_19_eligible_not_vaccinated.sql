-- People eligible for COVID-19 vaccination who have had none in this autumn's campaign.
with
residence as (
    select
        patient_id,
        -- of several on one day: homeless, then residential care
        arg_max(
            category, (event_date, category = 'homeless', category = 'long-term residential care')
        ) as status
    from condition_entries(['residential_status'])
    group by patient_id
)
select patient_id
from registered
where
    (
        age >= 75
        or age >= 65 and patient_id in (
            select patient_id from residence where status = 'long-term residential care'
        )
        or patient_id in (select patient_id from condition_entries(['immunosuppression']))
        or patient_id in (
            select patient_id from medication_entries(['immunosuppressant'])
            where event_date > date '2026-04-30'
        )
    )
    and patient_id not in (
        select patient_id from vaccination_entries(['covid_19_vaccination'])
        where event_date >= date '2026-09-01'
    )
