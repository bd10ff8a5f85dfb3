{#- From the practice and the finest group outward, area by area: a way that is blocked both ways ends. -#}
with recursive
patients as (
    select * from {{ ref('disclosure_count') }}
),

change as (
    select * from {{ ref('disclosure_change') }}
),

unit_area as (
    select * from {{ ref('disclosure_area') }}
),

dimension_group as (
    select * from {{ ref('disclosure_group') }}
),

area as (
    select
        area_type,
        area_code,
        area_number
    from unit_area
    group by area_type, area_code, area_number
),

counted as (
    select
        change.change_number,
        area.area_number,
        dimension_group.group_number,
        dimension_group.breadth,
        patients.cost_of_one_more,
        patients.cost_of_one_fewer
    from patients
    inner join change
        on
            patients.changed = change.changed
            and patients.name = change.name
    inner join area
        on
            patients.area_type = area.area_type
            and patients.area_code = area.area_code
    inner join dimension_group
        on
            patients.dimension = dimension_group.dimension
            and patients.dimension_group = dimension_group.dimension_group
    where patients.cost_of_one_more is not null or patients.cost_of_one_fewer is not null
),

-- In one area: the finest group and the wider ones that hold it, so far. What is null stays null.
in_area as (
    select *
    from counted
    where breadth = 1
    union all
    select
        in_area.change_number,
        in_area.area_number,
        in_area.group_number,
        counted.breadth,
        in_area.cost_of_one_more + counted.cost_of_one_more as cost_of_one_more,
        in_area.cost_of_one_fewer + counted.cost_of_one_fewer as cost_of_one_fewer
    from in_area
    inner join counted
        on
            in_area.change_number = counted.change_number
            and in_area.area_number = counted.area_number
            and in_area.group_number = counted.group_number
            and in_area.breadth + 1 = counted.breadth
    where
        in_area.cost_of_one_more + counted.cost_of_one_more is not null
        or in_area.cost_of_one_fewer + counted.cost_of_one_fewer is not null
),

-- The unit and the areas that hold it, so far.
path as (
    select
        in_area.change_number,
        unit_area.unit_number,
        in_area.group_number,
        unit_area.depth,
        in_area.breadth,
        in_area.cost_of_one_more,
        in_area.cost_of_one_fewer,
        unit_area.unit_depth
    from unit_area
    inner join in_area on unit_area.area_number = in_area.area_number
    where unit_area.depth = unit_area.unit_depth
    union all
    select
        path.change_number,
        path.unit_number,
        path.group_number,
        unit_area.depth,
        path.breadth,
        path.cost_of_one_more + in_area.cost_of_one_more as cost_of_one_more,
        path.cost_of_one_fewer + in_area.cost_of_one_fewer as cost_of_one_fewer,
        path.unit_depth
    from path
    inner join unit_area
        on
            path.unit_number = unit_area.unit_number
            and path.depth + 1 = unit_area.depth
    inner join in_area
        on
            unit_area.area_number = in_area.area_number
            and path.change_number = in_area.change_number
            and path.group_number = in_area.group_number
            and path.breadth = in_area.breadth
    where
        path.cost_of_one_more + in_area.cost_of_one_more is not null
        or path.cost_of_one_fewer + in_area.cost_of_one_fewer is not null
)

select * from path
