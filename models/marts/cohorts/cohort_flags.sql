{#- No contract, because dbt enforces one only of columns that the YAML names: these are as many as there are searches.
    tests/flags_are_keys_and_booleans.sql stands in its place. -#}
{{ config(materialized='view', contract={'enforced': false}) }}

{%- set cohorts = gathered('cohorts') %}
with
patient as (
    select * from {{ ref('dim_patient') }}
),

-- Step 0 of its attrition says that a search was run on a date, even when it found nobody.
run_on as (
    select
        as_of_date,
        {%- for cohort in cohorts %}
        count(case when cohort = '{{ cohort }}' then 1 end) > 0 as {{ cohort }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('cohort_attrition') }}
    where step = 0
    group by as_of_date
),

found as (
    select
        as_of_date,
        patient_id,
        {%- for cohort in cohorts %}
        count(case when cohort = '{{ cohort }}' then 1 end) > 0 as {{ cohort }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('cohort_membership') }}
    group by as_of_date, patient_id
)

select
    patient.patient_id,
    patient.as_of_date,
    {%- for cohort in cohorts %}
    case when run_on.{{ cohort }} then coalesce(found.{{ cohort }}, false) end as {{ cohort }}{{ ',' if not loop.last }}
    {%- endfor %}
from patient
left join run_on on patient.as_of_date = run_on.as_of_date
left join found
    on
        patient.as_of_date = found.as_of_date
        and patient.patient_id = found.patient_id
