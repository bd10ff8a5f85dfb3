with
area as (
    select * from {{ ref('disclosure_area') }}
),

dimension_group as (
    select * from {{ ref('disclosure_group') }}
)

select
    area.unit,
    area.unit_depth,
    area.depth,
    area.area_type,
    area.area_code,
    dimension_group.family,
    dimension_group.finest_group,
    dimension_group.breadth,
    dimension_group.dimension,
    dimension_group.dimension_group,
    area.unit_number,
    dimension_group.group_number
from area
cross join dimension_group
