{#- A swap with its partner: a unit side by side with it in which the same groups swap the other way round,
    so that no wider area shows it. A swap that no area shows, the widest neither, needs none. -#}
{% set swap_key = 'changed, name, depth, family, gain_group, loss_group' -%}
with
swap as (
    select * from {{ ref('disclosure_swap') }}
),

practice as (
    select * from {{ ref('disclosure_practice') }}
),

area as (
    select * from {{ ref('disclosure_area') }}
),

straddling as (
    select area.unit
    from area
    inner join practice on area.area_code = practice.practice_code
    where
        area.depth = 1
        and not practice.is_pcn_in_one_place
),

-- The area up to which a swap shows, and the next wider one, in which the partner lies so that it shows no
-- further: a partner in another place must be in another network too.
reach as (
    select
        area.unit,
        area.depth,
        area.area_code as node,
        case area.depth when 1 then concat(wider.area_code, ' ', widest.area_code) else wider.area_code end
            as wider_area
    from area
    left join area as wider
        on
            area.unit = wider.unit
            and area.depth + 1 = wider.depth
    left join area as widest
        on
            area.unit = widest.unit
            and area.depth + 2 = widest.depth
    left join straddling on area.unit = straddling.unit
    where not (area.depth = 3 and straddling.unit is not null)
),

swap_in_area as (
    select
        swap.*,
        reach.node,
        reach.wider_area
    from swap
    inner join reach
        on
            swap.unit = reach.unit
            and swap.depth = reach.depth
),

cheapest_in_node as (
    select
        {{ swap_key }},
        wider_area,
        node,
        min(cost) as cost
    from swap_in_area
    where depth < 4
    group by {{ swap_key }}, wider_area, node
),

ranked as (
    select
        *,
        row_number() over (
            partition by {{ swap_key }}, wider_area
            order by cost, node
        ) as place
    from cheapest_in_node
),

partner as (
    select
        {{ swap_key }},
        wider_area,
        max(case when place = 1 then node end) as first_node,
        max(case when place = 1 then cost end) as first_cost,
        max(case when place = 2 then cost end) as second_cost
    from ranked
    where place <= 2
    group by {{ swap_key }}, wider_area
),

paired as (
    select
        swap_in_area.*,
        case
            when swap_in_area.depth = 4 then 0
            when partner.first_node != swap_in_area.node then partner.first_cost
            else partner.second_cost
        end as partner_cost
    from swap_in_area
    left join partner
        on
            swap_in_area.changed = partner.changed
            and swap_in_area.name = partner.name
            and swap_in_area.depth = partner.depth
            and swap_in_area.family = partner.family
            and swap_in_area.gain_group = partner.loss_group
            and swap_in_area.loss_group = partner.gain_group
            and swap_in_area.wider_area = partner.wider_area
)

select
    changed,
    name,
    unit,
    unit_depth,
    depth,
    breadth,
    family,
    gain_group,
    loss_group,
    cost,
    node,
    wider_area,
    partner_cost,
    cost + partner_cost as total_cost
from paired
where partner_cost is not null
