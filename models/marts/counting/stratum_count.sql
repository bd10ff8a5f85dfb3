{#- Groups of age and of sex are strata of everyone: those dimensions need no counting of their own. -#}
{% set strata, dimensions = ['age_band', 'sex'], dimensions() | map('first') | list -%}
with
cell_count as (
    select * from {{ ref('cell_count') }}
),

counted_set as (
    select * from {{ ref('counted_set') }}
),

counted_practice as (
    select * from {{ ref('counted_practice') }}
),

counted_group as (
    select * from {{ ref('counted_group') }}
),

dimension as (
    {%- for dimension in dimensions if dimension not in strata %}
    {{ 'union all' if not loop.first }}
    select {{ loop.index }} as dimension_number
    {%- endfor %}
),

cell_by_dimension as (
    select
        counted_set.set_number,
        cell_count.practice_number,
        case dimension.dimension_number
            {%- for dimension in dimensions if dimension not in strata %}
            when {{ loop.index }} then cell_count.{{ dimension }}_number
            {%- endfor %}
        end as group_number,
        cell_count.age_band_number,
        cell_count.sex_number,
        -- In double precision whole numbers are exact. DuckDB adds up bigint in 128 bits, which is slower.
        cast(cell_count.patients as double) as patients,
        cast(cell_count.published_patients as double) as published_patients,
        cell_count.cell_key
    from cell_count
    inner join counted_set on cell_count.status_number = counted_set.status_number
    cross join dimension
),

in_practice as (
    select
        set_number,
        practice_number,
        group_number,
        age_band_number,
        sex_number,
        sum(patients) as patients,
        sum(published_patients) as published_patients,
        sum(cell_key) as cell_key
    from cell_by_dimension
    group by set_number, practice_number, group_number, age_band_number, sex_number
),

-- A practice is an area as it is; only wider ones are added up.
in_area as (
    select
        in_practice.set_number,
        counted_practice.area_number,
        in_practice.group_number,
        in_practice.age_band_number,
        in_practice.sex_number,
        in_practice.patients,
        in_practice.published_patients,
        in_practice.cell_key
    from in_practice
    inner join counted_practice on in_practice.practice_number = counted_practice.practice_number
    where counted_practice.area_type = 'practice'
    union all
    select
        in_practice.set_number,
        counted_practice.area_number,
        in_practice.group_number,
        in_practice.age_band_number,
        in_practice.sex_number,
        sum(in_practice.patients) as patients,
        sum(in_practice.published_patients) as published_patients,
        sum(in_practice.cell_key) as cell_key
    from in_practice
    inner join counted_practice on in_practice.practice_number = counted_practice.practice_number
    where counted_practice.area_type != 'practice'
    group by
        in_practice.set_number,
        counted_practice.area_number,
        in_practice.group_number,
        in_practice.age_band_number,
        in_practice.sex_number
)

select
    set_number,
    area_number,
    group_number,
    age_band_number,
    sex_number,
    patients,
    published_patients,
    cell_key
from in_area
{%- for stratum in strata %}
union all
select
    in_area.set_number,
    in_area.area_number,
    in_area.{{ stratum }}_number as group_number,
    in_area.age_band_number,
    in_area.sex_number,
    in_area.patients,
    in_area.published_patients,
    in_area.cell_key
from in_area
inner join counted_group on in_area.group_number = counted_group.group_number
where counted_group.dimension = 'all'
{%- endfor %}
