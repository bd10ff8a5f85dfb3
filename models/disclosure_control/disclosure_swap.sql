{#- One patient more in a group of a unit and one fewer in another group: the unit has as many as before. -#}
with
path as (
    select * from {{ ref('disclosure_path') }}
),

patients as (
    select * from {{ ref('disclosure_count') }}
),

area as (
    select * from {{ ref('disclosure_area') }}
),

dim_measure as (
    select * from {{ ref('dim_measure') }}
),

group_pair as (
    select * from {{ ref('disclosure_group_pair') }}
),

-- What is withheld for a unit that is no practice: as much as it has patients. No search withholds the
-- denominator of all of them for its own numerator.
unit as (
    select
        patients.changed,
        patients.name,
        area.unit,
        case when area.unit_depth = 1 then 0 else patients.patients end as cost_of_withholding
    from area
    inner join patients
        on
            area.area_type = patients.area_type
            and area.area_code = patients.area_code
            and patients.dimension = 'all'
    left join dim_measure on patients.name = dim_measure.measure
    where
        area.depth = area.unit_depth
        and not (
            area.unit_depth > 1
            and patients.changed = 'both'
            and dim_measure.measure_type = 'cohort'
        )
)

select
    gain.changed,
    gain.name,
    gain.unit,
    gain.unit_depth,
    gain.depth,
    gain.breadth,
    gain.family,
    gain.finest_group as gain_group,
    loss.finest_group as loss_group,
    gain.cost_of_one_more + loss.cost_of_one_fewer + unit.cost_of_withholding as cost
from path as gain
inner join group_pair
    on
        gain.family = group_pair.family
        and gain.finest_group = group_pair.gain_group
        and gain.breadth = group_pair.breadth
inner join path as loss
    on
        gain.changed = loss.changed
        and gain.name = loss.name
        and gain.unit = loss.unit
        and gain.depth = loss.depth
        and gain.breadth = loss.breadth
        and gain.family = loss.family
        and group_pair.loss_group = loss.finest_group
inner join unit
    on
        gain.changed = unit.changed
        and gain.name = unit.name
        and gain.unit = unit.unit
where
    gain.cost_of_one_more is not null
    and loss.cost_of_one_fewer is not null
