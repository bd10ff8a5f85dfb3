{%- set day = dbt.array_construct(['latest_value.event_date']) %}
with
{{ latest_values(**bmi()) }},

lower_threshold as (
    select patient_number.patient_number
    from {{ ref('stg_patient') }} as patient
    inner join {{ ref('patient_number') }} as patient_number on patient.patient_id = patient_number.patient_id
    inner join {{ ref('ref_ethnic_category') }} as ethnic_category
        on patient.ethnic_category = ethnic_category.ethnic_category
    where ethnic_category.has_lower_bmi_threshold
    group by patient_number.patient_number
)

select
    latest_value.patient_number,
    latest_value.event_date as first_date,
    latest_value.event_date as latest_date,
    {{ day }} as event_dates,
    concat('BMI ', round(latest_value.value, 1)) as latest_term,
    true as is_active,
    {{ day }} as active_dates
from latest_value
left join lower_threshold on latest_value.patient_number = lower_threshold.patient_number
where latest_value.value >= case when lower_threshold.patient_number is not null then 27.5 else 30 end
