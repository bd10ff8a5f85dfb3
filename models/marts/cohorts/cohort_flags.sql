{{ config(materialized='incremental') }}

with
registered_patient as (
    select * from {{ ref('registered_patient') }}
    where as_of_date = {{ as_of_date() }}
),

membership as (
    select * from {{ ref('cohort_membership') }}
    where as_of_date = {{ as_of_date() }}
),

found as (
    select
        {%- for cohort in cohorts() %}
        bool_or(cohort = '{{ cohort }}') as {{ cohort }},
        {%- endfor %}
        patient_id
    from membership
    group by patient_id
)

select
    registered_patient.patient_id,
    {%- for cohort in cohorts() %}
    coalesce(found.{{ cohort }}, false) as {{ cohort }},
    {%- endfor %}
    registered_patient.as_of_date
from registered_patient
left join found on registered_patient.patient_id = found.patient_id
