with
stratum_count as (
    select * from {{ ref('stratum_count') }}
)

select
    set_number,
    area_number,
    group_number,
    sum(patients) as patients,
    sum(published_patients) as published_patients,
    sum(cell_key) as cell_key
from stratum_count
group by set_number, area_number, group_number
