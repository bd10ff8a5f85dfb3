select
    area_type,
    area_code,
    area_number
from {{ ref('counted_practice') }}
group by area_type, area_code, area_number
