{#- What is withheld as a table, 0s too: in the units of an exchange, the smaller areas. Where no exchange is
    possible, or it costs more than this: the areas that lie side by side, and the smaller ones in them; of a
    total, by every family of groups. -#}
with
choice as (
    select * from {{ ref('disclosure_choice') }}
    where not is_exchanged
),

margin as (
    select * from {{ ref('disclosure_margin') }}
),

leg as (
    select * from {{ ref('disclosure_leg') }}
    where unit_depth > 1
),

area as (
    select * from {{ ref('disclosure_area') }}
),

dimension_group as (
    select
        family,
        dimension,
        dimension_group
    from {{ ref('disclosure_group') }}
    group by family, dimension, dimension_group
),

family as (
    select family from dimension_group
    group by family
),

secret as (
    select
        secret,
        name,
        wider_area_type,
        wider_area_code,
        depth,
        family
    from choice
    union all
    -- What the margins of its table tell is kept by withholding them too.
    select
        secret,
        name,
        null as wider_area_type,
        null as wider_area_code,
        4 as depth,
        family
    from margin
),

beside as (
    select
        case when secret = 'complement' then 'numerator' else secret end as hidden,
        name,
        wider_area_type,
        wider_area_code,
        depth,
        family
    from secret
    group by
        case when secret = 'complement' then 'numerator' else secret end,
        name, wider_area_type, wider_area_code, depth, family
),

in_unit as (
    select
        case when leg.changed = 'both' then 'denominator' else leg.changed end as hidden,
        leg.name,
        area.area_type,
        area.area_code,
        leg.unit_depth - 1 as depth,
        leg.family
    from leg
    inner join area
        on
            leg.unit = area.unit
            and leg.unit_depth = area.depth
    group by leg.changed, leg.name, area.area_type, area.area_code, leg.unit_depth, leg.family
),

withheld_unit as (
    select
        in_unit.hidden,
        in_unit.name,
        in_unit.depth,
        in_unit.family,
        area.unit
    from in_unit
    inner join area
        on
            in_unit.area_type = area.area_type
            and in_unit.area_code = area.area_code
    union all
    select
        beside.hidden,
        beside.name,
        beside.depth,
        beside.family,
        area.unit
    from beside
    inner join area
        on
            (beside.wider_area_type = area.area_type and beside.wider_area_code = area.area_code)
            or (beside.wider_area_code is null and area.depth = 4)
),

withheld_area as (
    select
        withheld_unit.hidden,
        withheld_unit.name,
        area.area_type,
        area.area_code,
        family.family
    from withheld_unit
    inner join area
        on
            withheld_unit.unit = area.unit
            and withheld_unit.depth >= area.depth
            and area.unit_depth = 1
    inner join family
        on
            withheld_unit.family = family.family
            or withheld_unit.family = 'all'
    group by withheld_unit.hidden, withheld_unit.name, area.area_type, area.area_code, family.family
)

select
    withheld_area.hidden,
    withheld_area.name,
    withheld_area.area_type,
    withheld_area.area_code,
    dimension_group.dimension,
    dimension_group.dimension_group
from withheld_area
inner join dimension_group on withheld_area.family = dimension_group.family
