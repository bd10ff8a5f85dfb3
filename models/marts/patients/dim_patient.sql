{{ config(materialized='incremental') }}

with
registered_patient as (
    select * from {{ ref('registered_patient') }}
    where as_of_date = {{ as_of_date() }}
)

select
    patient_id,
    as_of_date,
    age,
    age_band,
    sex,
    ethnic_category,
    ethnic_group,
    lsoa_code,
    imd_decile,
    imd_quintile,
    is_core20,
    rural_urban,
    practice_code,
    pcn_code,
    place
from registered_patient
