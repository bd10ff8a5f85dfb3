{{ config(materialized='incremental') }}

with
everyone as (
    select group_count.*
    from {{ ref('group_count') }} as group_count
    inner join {{ ref('counted_group') }} as counted_group
        on group_count.group_number = counted_group.group_number
    where counted_group.dimension = 'all'
),

measure as (
    select * from {{ ref('counted_measure') }}
    where measure_type = 'indicator'
),

area as (
    select * from {{ ref('counted_area') }}
)

select
    {{ as_of_date() }} as as_of_date,
    measure.measure as indicator,
    area.area_type,
    area.area_code,
    cast(coalesce(denominator.patients, 0) as {{ dbt.type_bigint() }}) as denominator,
    cast(coalesce(excluded.patients, 0) as {{ dbt.type_bigint() }}) as excluded,
    cast(coalesce(numerator.patients, 0) as {{ dbt.type_bigint() }}) as numerator,
    cast(coalesce(excluded.published_patients, 0) as {{ dbt.type_bigint() }}) as published_excluded
from measure
cross join area
{%- for kind in ['denominator', 'excluded', 'numerator'] %}
left join everyone as {{ kind }}
    on
        measure.{{ kind }}_set = {{ kind }}.set_number
        and area.area_number = {{ kind }}.area_number
{%- endfor %}
where
    denominator.patients > 0
    or excluded.patients > 0
