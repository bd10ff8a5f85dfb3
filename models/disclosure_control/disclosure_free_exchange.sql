{#- Exchanges between practices for which nothing must be hidden. What costs nothing up to an area costs
    nothing up to a smaller one. -#}
with
path as (
    select * from {{ ref('disclosure_path') }}
    where unit_depth = 1
),

group_pair as (
    select * from {{ ref('disclosure_group_pair') }}
),

reach as (
    select * from {{ ref('disclosure_reach') }}
),

free as (
    select
        change_number,
        unit_number,
        group_number,
        breadth,
        max(case when cost_of_one_more = 0 then depth end) as depth_of_one_more,
        max(case when cost_of_one_fewer = 0 then depth end) as depth_of_one_fewer
    from path
    where
        cost_of_one_more = 0
        or cost_of_one_fewer = 0
    group by change_number, unit_number, group_number, breadth
),

swap as (
    select
        gain.change_number,
        gain.unit_number,
        group_pair.gain_number,
        group_pair.loss_number,
        group_pair.breadth,
        least(gain.depth_of_one_more, loss.depth_of_one_fewer) as depth
    from free as gain
    inner join group_pair
        on
            gain.group_number = group_pair.gain_number
            and gain.breadth = group_pair.breadth
    inner join free as loss
        on
            gain.change_number = loss.change_number
            and gain.unit_number = loss.unit_number
            and gain.breadth = loss.breadth
            and group_pair.loss_number = loss.group_number
    where
        gain.depth_of_one_more is not null
        and loss.depth_of_one_fewer is not null
),

swap_in_area as (
    select
        swap.change_number,
        swap.unit_number,
        swap.gain_number,
        swap.loss_number,
        swap.breadth,
        reach.depth,
        reach.area_number,
        reach.wider_area_number
    from swap
    inner join reach
        on
            swap.unit_number = reach.unit_number
            and swap.depth >= reach.depth
),

-- If a swap is possible in one area of the wider one only, that is the only one without a partner.
partner as (
    select
        change_number,
        gain_number,
        loss_number,
        wider_area_number,
        min(area_number) as first_area_number,
        max(area_number) as last_area_number
    from swap_in_area
    where depth < 4
    group by change_number, gain_number, loss_number, wider_area_number
),

exchange as (
    select swap_in_area.*
    from swap_in_area
    left join partner
        on
            swap_in_area.change_number = partner.change_number
            and swap_in_area.gain_number = partner.loss_number
            and swap_in_area.loss_number = partner.gain_number
            and swap_in_area.wider_area_number = partner.wider_area_number
    where
        swap_in_area.depth = 4
        or swap_in_area.area_number != partner.first_area_number
        or swap_in_area.area_number != partner.last_area_number
),

changed_group as (
    {%- for group in ['gain_number', 'loss_number'] %}
    {{ 'union all' if not loop.first }}
    select
        change_number,
        unit_number,
        {{ group }} as group_number,
        breadth,
        max(depth) as depth
    from exchange
    group by change_number, unit_number, {{ group }}, breadth
    {%- endfor %}
)

select
    change_number,
    unit_number,
    group_number,
    breadth,
    max(depth) as depth
from changed_group
group by change_number, unit_number, group_number, breadth
