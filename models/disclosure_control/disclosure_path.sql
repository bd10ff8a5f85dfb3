with
patients as (
    select * from {{ ref('disclosure_count') }}
),

place as (
    select * from {{ ref('disclosure_place') }}
),

-- Up to some area and some width of group: every count that a patient of the practice and the group is in.
reached as (
    select
        reach.unit,
        reach.unit_depth,
        reach.family,
        reach.finest_group,
        reach.depth,
        reach.breadth,
        place.area_type,
        place.area_code,
        place.dimension,
        place.dimension_group
    from place as reach
    inner join place
        on
            reach.unit = place.unit
            and reach.family = place.family
            and reach.finest_group = place.finest_group
            and reach.depth >= place.depth
            and reach.breadth >= place.breadth
),

costed as (
    select
        patients.changed,
        patients.name,
        reached.unit,
        reached.unit_depth,
        reached.family,
        reached.finest_group,
        reached.depth,
        {%- for change in ['more', 'fewer'] %}
        case
            when count(*) = count(patients.cost_of_one_{{ change }})
                then cast(sum(patients.cost_of_one_{{ change }}) as {{ dbt.type_bigint() }})
        end as cost_of_one_{{ change }},
        {%- endfor %}
        reached.breadth
    from reached
    inner join patients
        on
            reached.area_type = patients.area_type
            and reached.area_code = patients.area_code
            and reached.dimension = patients.dimension
            and reached.dimension_group = patients.dimension_group
    group by
        patients.changed,
        patients.name,
        reached.unit,
        reached.unit_depth,
        reached.family,
        reached.finest_group,
        reached.depth,
        reached.breadth
)

select * from costed
where cost_of_one_more is not null or cost_of_one_fewer is not null
