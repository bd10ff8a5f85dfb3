{%- set day = dbt.array_construct(['bmi.latest_value_date']) %}
with
bmi as (
    {{ bmi() | indent(4) }}
),

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
    bmi.patient_number,
    bmi.latest_value_date as first_date,
    bmi.latest_value_date as latest_date,
    {{ day }} as event_dates,
    concat('BMI ', round(bmi.latest_value, 1)) as latest_term,
    true as is_active,
    {{ day }} as active_dates
from bmi
left join lower_threshold on bmi.patient_number = lower_threshold.patient_number
where bmi.latest_value >= case when lower_threshold.patient_number is not null then 27.5 else 30 end
