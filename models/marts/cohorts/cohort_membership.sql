{{ config(materialized='incremental') }}

with
recall_list as (
    select * from {{ ref('cohort_recall_list') }}
    where as_of_date = {{ as_of_date() }}
)

select
    as_of_date,
    cohort,
    patient_id,
    practice_code,
    pcn_code
from recall_list
