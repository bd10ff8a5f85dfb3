-- People with asthma who had six or more relievers and no preventer in 12 months.
with
issue as (
    select *
    from medication_entries(['asthma_reliever', 'asthma_inhaler'])
    where event_date > date '2025-10-31'
),
inhaler as (
    select patient_id
    from issue
    group by patient_id
    having
        count(distinct event_date) filter (list = 'asthma_reliever') >= 6
        and count(*) filter (list = 'asthma_inhaler') = 0
)
select patient_id
from registered
where
    age >= 6
    and patient_id in (from active_condition('asthma', 'asthma_resolved'))
    and patient_id in (from inhaler)
