-- Adults with a latest BMI of 30 or more in 5 years, anxiety or depression, and no COVID-19 vaccination.
with
-- as recorded, as a category that was entered, or from a weight and the last height before it
adult_measurement as (
    select *
    from observation_entries(['bmi', 'bmi_category', 'body_weight', 'body_height'])
    join registered using (patient_id)
    where registered.age >= 18 and year(age(event_date, date_of_birth)) >= 18
),
height as (
    select patient_id, event_date, max(value) as value
    from adult_measurement
    where list = 'body_height' and value between 50 and 250
    group by patient_id, event_date
),
bmi as (
    select patient_id, event_date, coalesce(implied_value, value) as value, false as is_computed
    from adult_measurement
    where list in ('bmi', 'bmi_category') and event_date > date '2021-10-31'
    union all
    select patient_id, event_date, implied_value, false
    from condition_entries(['bmi_category'])
    join registered using (patient_id)
    where event_date > date '2021-10-31' and year(age(event_date, date_of_birth)) >= 18
    union all
    select
        weight.patient_id, weight.event_date,
        round(weight.value * 10000 / (height.value * height.value), 2), true
    from adult_measurement as weight
    asof join height on weight.patient_id = height.patient_id and weight.event_date >= height.event_date
    where
        weight.list = 'body_weight' and weight.value between 10 and 500
        and weight.event_date > date '2021-10-31'
),
latest_bmi as (
    select patient_id, arg_max(value, (event_date, not is_computed, value)) as value
    from bmi
    where value between 10 and 150
    group by patient_id
),
depression as (
    select patient_id
    from condition_entries(['depression', 'depression_resolved'])
    where
        list = 'depression_resolved'
        or event_date >= date '2006-04-01'
        and coalesce(lower(replace(episodicity, '-', ' ')), '')
            not in ('review', 'end', 'ended', 'change', 'changed', 'evolved', 'flare up')
    group by patient_id
    having max(event_date) filter (list = 'depression')
        > coalesce(max(event_date) filter (list = 'depression_resolved'), date '1000-01-01')
)
select patient_id
from registered
where
    age >= 18
    and patient_id in (select patient_id from latest_bmi where value >= 30)
    and (
        patient_id in (from active_condition('anxiety', 'anxiety_resolved'))
        or patient_id in (from depression)
    )
    and patient_id not in (
        select patient_id from vaccination_entries(['covid_19_vaccination'])
        where event_date >= date '2020-12-08'
    )
