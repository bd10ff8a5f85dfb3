{{ config(materialized='incremental', pre_hook="{{ give_slices_of('dim_patient', 'practice_code') }}") }}

with
practice as (
    select * from {{ ref('stg_practice') }}
),

list_size as (
    select
        practice_code,
        count(*) as registered_patients
    from {{ ref('registered_patient') }}
    where as_of_date = {{ as_of_date() }}
    group by practice_code
)

select
    {{ as_of_date() }} as as_of_date,
    practice.practice_code,
    practice.practice_name,
    practice.pcn_code,
    practice.pcn_name,
    practice.place,
    coalesce(list_size.registered_patients, 0) as registered_patients
from practice
left join list_size on practice.practice_code = list_size.practice_code
