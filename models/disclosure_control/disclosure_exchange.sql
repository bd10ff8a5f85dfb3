{#- A swap with its partner: a unit side by side with it in which the same groups swap the other way round,
    so that no wider area shows it. A swap that no area shows, the widest neither, needs none. -#}
with
swap as (
    select * from {{ ref('disclosure_swap') }}
),

reach as (
    select * from {{ ref('disclosure_reach') }}
),

swap_in_area as (
    select
        swap.*,
        reach.area_number,
        reach.wider_area_number
    from swap
    inner join reach
        on
            swap.unit_number = reach.unit_number
            and swap.depth = reach.depth
),

cheapest_in_area as (
    select
        change_number,
        gain_number,
        loss_number,
        wider_area_number,
        area_number,
        min(cost) as cost
    from swap_in_area
    where depth < 4
    group by change_number, gain_number, loss_number, wider_area_number, area_number
),

ranked as (
    select
        *,
        row_number() over (
            partition by change_number, gain_number, loss_number, wider_area_number
            order by cost, area_number
        ) as place
    from cheapest_in_area
),

partner as (
    select
        change_number,
        gain_number,
        loss_number,
        wider_area_number,
        max(case when place = 1 then area_number end) as first_area_number,
        max(case when place = 1 then cost end) as first_cost,
        max(case when place = 2 then cost end) as second_cost
    from ranked
    where place <= 2
    group by change_number, gain_number, loss_number, wider_area_number
),

paired as (
    select
        swap_in_area.*,
        case
            when swap_in_area.depth = 4 then 0
            when partner.first_area_number != swap_in_area.area_number then partner.first_cost
            else partner.second_cost
        end as partner_cost
    from swap_in_area
    left join partner
        on
            swap_in_area.change_number = partner.change_number
            and swap_in_area.gain_number = partner.loss_number
            and swap_in_area.loss_number = partner.gain_number
            and swap_in_area.wider_area_number = partner.wider_area_number
)

select
    change_number,
    unit_number,
    unit_depth,
    depth,
    breadth,
    gain_number,
    loss_number,
    cost,
    area_number,
    wider_area_number,
    partner_cost,
    cost + partner_cost as total_cost
from paired
where partner_cost is not null
