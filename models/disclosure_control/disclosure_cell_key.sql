with
counted_set as (
    select
        measure,
        kind,
        set_number
    from {{ ref('counted_set') }}
    group by measure, kind, set_number
),

counted_area as (
    select * from {{ ref('counted_area') }}
),

counted_group as (
    select * from {{ ref('counted_group') }}
),

cell as (
    select
        set_number,
        area_number,
        group_number,
        0 as age_band_number,
        0 as sex_number,
        published_patients,
        cell_key
    from {{ ref('group_count') }}
    union all
    select
        set_number,
        area_number,
        group_number,
        age_band_number,
        sex_number,
        published_patients,
        cell_key
    from {{ ref('stratum_count') }}
)

select
    counted_set.measure,
    counted_set.kind,
    counted_area.area_type,
    counted_group.dimension,
    cell.set_number,
    cell.area_number,
    cell.group_number,
    cell.age_band_number,
    cell.sex_number,
    cast(cell.published_patients as {{ dbt.type_bigint() }}) as patients,
    {{ cell_key('cell.cell_key') }} as cell_key
from cell
inner join counted_set on cell.set_number = counted_set.set_number
inner join counted_area on cell.area_number = counted_area.area_number
inner join counted_group on cell.group_number = counted_group.group_number
where
    cell.published_patients
    > case when cell.age_band_number = 0 or counted_area.area_type = 'icb' then 0 else 7 end
