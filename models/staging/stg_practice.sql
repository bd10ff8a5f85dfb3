with
checked_practice as (
    select * from {{ ref('base_practice') }}
)

select
    practice_code,
    practice_name,
    pcn_code,
    pcn_name,
    place
from checked_practice
where rejection_reason is null
