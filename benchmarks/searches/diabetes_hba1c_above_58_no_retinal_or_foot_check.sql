-- People with diabetes whose latest HbA1c is above 58 mmol/mol, no retinal or no foot check in 12 months.
with
hba1c as (
    select
        patient_id, event_date,
        if(unit in ('%', 'mmol/mol'), unit, unit_of_code) as measured_in,
        if(measured_in = '%', round(10.929 * (value - 2.15), 0), value) as value
    from observation_entries(['hba1c'])
),
latest_hba1c as (
    select patient_id, arg_max(value, (event_date, value)) as value
    from hba1c
    where value between 20 and 195
    group by patient_id
),
this_year as (
    select list, patient_id
    from condition_entries(['retinal_screening', 'diabetic_foot_examination'])
    where event_date > date '2025-10-31'
)
select patient_id
from registered
where
    age >= 17
    and patient_id in (from active_condition('diabetes', 'diabetes_resolved'))
    and patient_id in (select patient_id from latest_hba1c where value > 58)
    and (
        patient_id not in (select patient_id from this_year where list = 'retinal_screening')
        or patient_id not in (select patient_id from this_year where list = 'diabetic_foot_examination')
    )
