{#- Each area with the one that holds it; a network that lies in two places is held by the first of them. -#}
with
area as (
    select * from {{ ref('disclosure_area') }}
    where unit_depth = 1
)

select
    area.area_type,
    area.area_code,
    area.depth,
    min(wider.area_type) as wider_area_type,
    min(wider.area_code) as wider_area_code
from area
left join area as wider
    on
        area.unit = wider.unit
        and area.depth + 1 = wider.depth
group by area.area_type, area.area_code, area.depth
