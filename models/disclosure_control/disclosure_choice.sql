with
secret as (
    select * from {{ ref('disclosure_secret') }}
),

place as (
    select * from {{ ref('disclosure_place') }}
),

exchange as (
    select * from {{ ref('disclosure_exchange') }}
),

replacement as (
    select * from {{ ref('disclosure_replacement') }}
),

neighbourhood as (
    select * from {{ ref('disclosure_neighbourhood') }}
),

-- What the cheapest exchange costs that changes the counts of a practice and a group, this far or further.
by_path as (
    {%- for group in ['gain_group', 'loss_group'] %}
    {{ 'union all' if not loop.first }}
    select
        changed,
        name,
        unit,
        family,
        {{ group }} as finest_group,
        depth,
        breadth,
        min(total_cost) as cost
    from exchange
    group by changed, name, unit, family, {{ group }}, depth, breadth
    {%- endfor %}
    union all
    select
        changed,
        name,
        unit,
        family,
        finest_group,
        depth,
        breadth,
        0 as cost
    from replacement
),

cheapest as (
    select
        secret.secret,
        secret.name,
        secret.area_type,
        secret.area_code,
        secret.dimension,
        secret.dimension_group,
        secret.wider_patients,
        place.family,
        min(by_path.cost) as cost
    from secret
    inner join place
        on
            secret.area_type = place.area_type
            and secret.area_code = place.area_code
            and secret.dimension = place.dimension
            and secret.dimension_group = place.dimension_group
    left join by_path
        on
            secret.changed = by_path.changed
            and secret.changed_name = by_path.name
            and place.unit = by_path.unit
            and place.family = by_path.family
            and place.finest_group = by_path.finest_group
            and place.depth <= by_path.depth
            and place.breadth <= by_path.breadth
    group by
        secret.secret,
        secret.name,
        secret.area_type,
        secret.area_code,
        secret.dimension,
        secret.dimension_group,
        secret.wider_patients,
        place.family
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
