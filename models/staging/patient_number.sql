{{ config(materialized='table', pre_hook='{{ stop_if_numbers_change(model.compiled_code) }}') }}

with
patient as (
    select * from {{ ref('stg_patient') }}
)

select
    cast(row_number() over (order by patient_id) as {{ dbt.type_int() }}) as patient_number,
    patient_id,
    min(date_of_birth) as date_of_birth,
    min(date_of_death) as date_of_death
from patient
group by patient_id
