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

sought_swap as (
    {%- for group, change, other_group, other_change in [
        ('gain', 'more', 'loss', 'fewer'), ('loss', 'fewer', 'gain', 'more')
    ] %}
    {{ 'union' if not loop.first }}
    select
        {{ group }}.change_number,
        {{ group }}.unit_number,
        {{ group }}.depth,
        group_pair.gain_number,
        group_pair.loss_number
    from sought_path as {{ group }}
    inner join group_pair
        on
            {{ group }}.group_number = group_pair.{{ group }}_number
            and {{ group }}.breadth = group_pair.breadth
    inner join path as {{ other_group }}
        on
            {{ group }}.change_number = {{ other_group }}.change_number
            and {{ group }}.unit_number = {{ other_group }}.unit_number
            and {{ group }}.depth = {{ other_group }}.depth
            and {{ group }}.breadth = {{ other_group }}.breadth
            and group_pair.{{ other_group }}_number = {{ other_group }}.group_number
    where
        {{ group }}.cost_of_one_{{ change }} is not null
        and {{ other_group }}.cost_of_one_{{ other_change }} is not null
    {%- endfor %}
),

-- Where a partner might be, and of a partner the partner in turn.
sought_in_area as (
    select
        sought_swap.change_number,
        reach.wider_area_number,
        sought_swap.gain_number,
        sought_swap.loss_number
    from sought_swap
    inner join reach
        on
            sought_swap.unit_number = reach.unit_number
            and sought_swap.depth = reach.depth
    where reach.wider_area_number is not null
),

either_way as (
    select
        change_number,
        wider_area_number,
        gain_number,
        loss_number
    from sought_in_area
    union
    select
        change_number,
        wider_area_number,
        loss_number as gain_number,
        gain_number as loss_number
    from sought_in_area
),

wanted as (
    select
        either_way.change_number,
        reach.unit_number,
        reach.depth,
        either_way.gain_number,
        either_way.loss_number
    from either_way
    inner join reach on either_way.wider_area_number = reach.wider_area_number
    union all
    -- What no area shows needs no partner.
    select * from sought_swap
    where depth = 4
)

select
    wanted.change_number,
    wanted.unit_number,
    unit.unit_depth,
    wanted.depth,
    group_pair.breadth,
    wanted.gain_number,
    wanted.loss_number,
    gain.cost_of_one_more + loss.cost_of_one_fewer + unit.cost_of_withholding as cost
from wanted
inner join group_pair
    on
        wanted.gain_number = group_pair.gain_number
        and wanted.loss_number = group_pair.loss_number
inner join path as gain
    on
        wanted.change_number = gain.change_number
        and wanted.unit_number = gain.unit_number
        and wanted.depth = gain.depth
        and wanted.gain_number = gain.group_number
        and group_pair.breadth = gain.breadth
inner join path as loss
    on
        wanted.change_number = loss.change_number
        and wanted.unit_number = loss.unit_number
        and wanted.depth = loss.depth
        and wanted.loss_number = loss.group_number
        and group_pair.breadth = loss.breadth
inner join unit
    on
        wanted.change_number = unit.change_number
        and wanted.unit_number = unit.unit_number
where
    gain.cost_of_one_more is not null
    and loss.cost_of_one_fewer is not null
