{{ config(materialized='incremental') }}

with
released_counts as (
    select * from {{ ref('released_counts') }}
    where
        as_of_date = {{ as_of_date() }}
        and dimension = 'all'
),

measure as (
    select * from {{ ref('counted_measure') }}
    where measure_type = 'indicator'
),

area as (
    select * from {{ ref('counted_area') }}
),

cell as (
    select * from {{ ref('disclosure_cell_key') }}
    where
        dimension = 'all'
        and age_band_number = 0
)

-- Every indicator in every area: that there is no row would tell that nobody is eligible.
select
    released_counts.as_of_date,
    released_counts.measure as indicator,
    released_counts.area_type,
    released_counts.area_code,
    released_counts.denominator,
    case
        when excluded.set_number is not null and {{ 'false' if is_direct_care() else 'true' }}
            then {{ released_count('excluded.patients', 'excluded.cell_key') | indent(16) }}
        when {{ is_zero_shown(
            "measure.measure, '|excluded'", 'coalesce(denominator.cell_key, 0)', 'area.area_type', 'area.area_code', "'all'", "'all'"
        ) | indent(12) }} then 0
    end as excluded,
    released_counts.numerator
from released_counts
inner join measure on released_counts.measure = measure.measure
inner join area
    on
        released_counts.area_type = area.area_type
        and released_counts.area_code = area.area_code
-- read by nhs_england alone
left join cell as denominator -- noqa: ST11
    on
        measure.denominator_set = denominator.set_number
        and area.area_number = denominator.area_number
left join cell as excluded
    on
        measure.excluded_set = excluded.set_number
        and area.area_number = excluded.area_number
