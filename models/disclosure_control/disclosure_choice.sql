with
secret as (
    select * from {{ ref('disclosure_secret') }}
),

costly_secret as (
    select * from {{ ref('disclosure_costly_secret') }}
),

place as (
    select * from {{ ref('disclosure_place') }}
),

exchange as (
    select * from {{ ref('disclosure_exchange') }}
),

dimension_group as (
    select * from {{ ref('disclosure_group') }}
),

neighbourhood as (
    select * from {{ ref('disclosure_neighbourhood') }}
),

dimension as (
    select
        dimension,
        family
    from dimension_group
    group by dimension, family
),

small_count as (
    select
        secret,
        name,
        area_type,
        area_code,
        dimension,
        dimension_group,
        wider_patients
    from secret
    group by secret, name, area_type, area_code, dimension, dimension_group, wider_patients
),

-- What the cheapest exchange costs that changes the counts of a unit and a group, this far or further.
by_path as (
    {%- for group in ['gain_number', 'loss_number'] %}
    {{ 'union all' if not loop.first }}
    select
        change_number,
        unit_number,
        {{ group }} as group_number,
        depth,
        breadth,
        min(total_cost) as cost
    from exchange
    group by change_number, unit_number, {{ group }}, depth, breadth
    {%- endfor %}
),

costly as (
    select
        costly_secret.secret,
        costly_secret.name,
        costly_secret.area_type,
        costly_secret.area_code,
        costly_secret.dimension,
        costly_secret.dimension_group,
        min(by_path.cost) as cost
    from costly_secret
    inner join place
        on
            costly_secret.area_type = place.area_type
            and costly_secret.area_code = place.area_code
            and costly_secret.dimension = place.dimension
            and costly_secret.dimension_group = place.dimension_group
    left join by_path
        on
            costly_secret.change_number = by_path.change_number
            and place.unit_number = by_path.unit_number
            and place.group_number = by_path.group_number
            and place.depth <= by_path.depth
            and place.breadth <= by_path.breadth
    group by
        costly_secret.secret,
        costly_secret.name,
        costly_secret.area_type,
        costly_secret.area_code,
        costly_secret.dimension,
        costly_secret.dimension_group
),

cheapest as (
    select
        small_count.*,
        dimension.family,
        case when costly.name is null then 0 else costly.cost end as cost
    from small_count
    inner join dimension on small_count.dimension = dimension.dimension
    left join costly
        on
            small_count.secret = costly.secret
            and small_count.name = costly.name
            and small_count.area_type = costly.area_type
            and small_count.area_code = costly.area_code
            and small_count.dimension = costly.dimension
            and small_count.dimension_group = costly.dimension_group
)

select
    cheapest.*,
    neighbourhood.depth,
    neighbourhood.wider_area_type,
    neighbourhood.wider_area_code,
    coalesce(
        cheapest.cost <= cheapest.wider_patients,
        cheapest.cost is not null
    ) as is_exchanged
from cheapest
inner join neighbourhood
    on
        cheapest.area_type = neighbourhood.area_type
        and cheapest.area_code = neighbourhood.area_code
