with
practice as (
    select * from {{ ref('stg_practice') }}
),

list_size as (
    select
        practice_code,
        count(*) as registered_patients
    from {{ ref('registered_patient') }}
    group by practice_code
)

select
    practice.practice_code,
    practice.practice_name,
    practice.pcn_code,
    practice.pcn_name,
    practice.place,
    coalesce(list_size.registered_patients, 0) as registered_patients
from practice
left join list_size on practice.practice_code = list_size.practice_code
