-- Pregnant women whose latest smoking status is current smoker.
with
pregnancy as (
    select patient_id
    from condition_entries(['pregnancy', 'pregnancy_ended'])
    group by patient_id
    having max(event_date) filter (list = 'pregnancy')
        > greatest(max(event_date) filter (list = 'pregnancy_ended'), date '2026-01-31')
),
smoking as (
    select
        patient_id,
        -- of several on one day: current, then ex-smoker
        arg_max(category, (event_date, category = 'current smoker', category = 'ex-smoker')) as status
    from condition_entries(['smoking_status'])
    join registered using (patient_id)
    where year(age(event_date, date_of_birth)) >= 11
    group by patient_id
)
select patient_id
from registered
where
    age between 12 and 55
    and patient_id in (from pregnancy)
    and patient_id in (select patient_id from smoking where status = 'current smoker')
