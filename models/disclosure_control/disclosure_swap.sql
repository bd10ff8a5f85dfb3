{#- One patient more in a group of a unit and one fewer in another group: the unit has as many as before. Only
    where that might keep a costly secret, or be undone by what might. -#}
with
costly_secret as (
    select * from {{ ref('disclosure_costly_secret') }}
),

place as (
    select * from {{ ref('disclosure_place') }}
),

path as (
    select * from {{ ref('disclosure_path') }}
),

group_pair as (
    select * from {{ ref('disclosure_group_pair') }}
),

reach as (
    select * from {{ ref('disclosure_reach') }}
),

patients as (
    select * from {{ ref('disclosure_count') }}
    where dimension = 'all'
),

change as (
    select * from {{ ref('disclosure_change') }}
),

area as (
    select * from {{ ref('disclosure_area') }}
),

-- What is withheld for a unit that is no practice: as much as it has patients. No search withholds the
-- denominator of all of them for its own numerator.
unit as (
    select
        change.change_number,
        area.unit_number,
        area.unit_depth,
        case when area.unit_depth = 1 then 0 else patients.patients end as cost_of_withholding
    from area
    inner join patients
        on
            area.area_type = patients.area_type
            and area.area_code = patients.area_code
    inner join change
        on
            patients.changed = change.changed
            and patients.name = change.name
    where
        area.depth = area.unit_depth
        and not (
            area.unit_depth > 1
            and change.changed = 'both'
            and change.measure_type = 'cohort'
        )
),

-- In which units and groups, and from which area and group outward, one patient changes a costly secret.
sought as (
    select
        costly_secret.change_number,
        place.unit_number,
        place.group_number,
        min(place.depth) as depth,
        min(place.breadth) as breadth
    from costly_secret
    inner join place
        on
            costly_secret.area_type = place.area_type
            and costly_secret.area_code = place.area_code
            and costly_secret.dimension = place.dimension
            and costly_secret.dimension_group = place.dimension_group
    group by costly_secret.change_number, place.unit_number, place.group_number
),

sought_path as (
    select path.*
    from sought
    inner join path
        on
            sought.change_number = path.change_number
            and sought.unit_number = path.unit_number
            and sought.group_number = path.group_number
            and sought.depth <= path.depth
            and sought.breadth <= path.breadth
),

-- With every group that might have one patient fewer in exchange, or one more.
sought_pair as (
    {%- for group, other_group, change, other_change in [
        ('gain', 'loss', 'more', 'fewer'), ('loss', 'gain', 'fewer', 'more')
    ] %}
    {{ 'union all' if not loop.first }}
    select
        sought_path.change_number,
        sought_path.unit_number,
        sought_path.depth,
        sought_path.breadth,
        group_pair.gain_number,
        group_pair.loss_number,
        group_pair.{{ other_group }}_number as other_number,
        '{{ other_change }}' as other_change
    from sought_path
    inner join group_pair
        on
            sought_path.group_number = group_pair.{{ group }}_number
            and sought_path.breadth = group_pair.breadth
    where sought_path.cost_of_one_{{ change }} is not null
    {%- endfor %}
),

sought_swap as (
    select
        sought_pair.change_number,
        sought_pair.unit_number,
        sought_pair.depth,
        sought_pair.breadth,
        sought_pair.gain_number,
        sought_pair.loss_number
    from sought_pair
    inner join path
        on
            sought_pair.change_number = path.change_number
            and sought_pair.unit_number = path.unit_number
            and sought_pair.depth = path.depth
            and sought_pair.breadth = path.breadth
            and sought_pair.other_number = path.group_number
    where
        case sought_pair.other_change when 'more' then path.cost_of_one_more else path.cost_of_one_fewer end
        is not null
    group by
        sought_pair.change_number, sought_pair.unit_number, sought_pair.depth, sought_pair.breadth,
        sought_pair.gain_number, sought_pair.loss_number
),

sought_in_area as (
    select
        sought_swap.change_number,
        reach.wider_area_number,
        sought_swap.breadth,
        sought_swap.gain_number,
        sought_swap.loss_number
    from sought_swap
    inner join reach
        on
            sought_swap.unit_number = reach.unit_number
            and sought_swap.depth = reach.depth
    where reach.wider_area_number is not null
),

-- The partner swaps the other way round, and has partners in turn.
either_way as (
    select
        change_number,
        wider_area_number,
        breadth,
        gain_number,
        loss_number
    from sought_in_area
    union
    select
        change_number,
        wider_area_number,
        breadth,
        loss_number as gain_number,
        gain_number as loss_number
    from sought_in_area
),

-- With what the gain costs.
gain as (
    select
        either_way.change_number,
        reach.unit_number,
        reach.depth,
        either_way.breadth,
        either_way.gain_number,
        either_way.loss_number,
        path.cost_of_one_more as cost
    from either_way
    inner join reach on either_way.wider_area_number = reach.wider_area_number
    inner join path
        on
            either_way.change_number = path.change_number
            and reach.unit_number = path.unit_number
            and reach.depth = path.depth
            and either_way.breadth = path.breadth
            and either_way.gain_number = path.group_number
    where path.cost_of_one_more is not null
    union all
    -- What no area shows needs no partner.
    select
        sought_swap.change_number,
        sought_swap.unit_number,
        sought_swap.depth,
        sought_swap.breadth,
        sought_swap.gain_number,
        sought_swap.loss_number,
        path.cost_of_one_more as cost
    from sought_swap
    inner join path
        on
            sought_swap.change_number = path.change_number
            and sought_swap.unit_number = path.unit_number
            and sought_swap.depth = path.depth
            and sought_swap.breadth = path.breadth
            and sought_swap.gain_number = path.group_number
    where
        sought_swap.depth = 4
        and path.cost_of_one_more is not null
)

select
    gain.change_number,
    gain.unit_number,
    unit.unit_depth,
    gain.depth,
    gain.breadth,
    gain.gain_number,
    gain.loss_number,
    gain.cost + loss.cost_of_one_fewer + unit.cost_of_withholding as cost
from gain
inner join path as loss
    on
        gain.change_number = loss.change_number
        and gain.unit_number = loss.unit_number
        and gain.depth = loss.depth
        and gain.breadth = loss.breadth
        and gain.loss_number = loss.group_number
inner join unit
    on
        gain.change_number = unit.change_number
        and gain.unit_number = unit.unit_number
where loss.cost_of_one_fewer is not null
