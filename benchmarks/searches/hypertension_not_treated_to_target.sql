-- People with hypertension whose latest blood pressure in 12 months is above target, or who have none.
with
part as (
    select
        patient_id, event_date, value,
        starts_with(list, 'home') as is_home,
        list like '%diastolic%' as is_diastolic
    from observation_entries([
        'systolic_blood_pressure', 'diastolic_blood_pressure',
        'home_systolic_blood_pressure', 'home_diastolic_blood_pressure'
    ])
    where event_date > date '2025-10-31'
),
-- both parts on one day; a home reading counts 5 mmHg more
reading as (
    select
        patient_id, event_date, is_home,
        max(value) filter (not is_diastolic) + if(is_home, 5, 0) as systolic,
        max(value) filter (is_diastolic) + if(is_home, 5, 0) as diastolic
    from part
    where if(is_diastolic, value between 20 and 200, value between 40 and 350)
    group by patient_id, event_date, is_home
    having count(distinct is_diastolic) = 2
),
latest as (
    select patient_id, systolic, diastolic
    from reading
    qualify row_number() over (partition by patient_id order by event_date desc, is_home) = 1
)
select patient_id
from registered
left join latest using (patient_id)
where
    age >= 18
    and patient_id in (from active_condition('hypertension', 'hypertension_resolved'))
    and (systolic is null or systolic > if(age >= 80, 150, 140) or diastolic > 90)
