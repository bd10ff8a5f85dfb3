-- How many patients close the gap? For every measure that has a better side: how many patients of each
-- ethnic group and deprivation quintile of the ICB to find or treat, to match the reference group. Only gaps
-- that are more than chance.
-- dbt show --select patients_to_close_the_gap --limit 40
with
metric as (
    select * from {{ ref('inequality_metrics') }}
    where
        as_of_date = {{ as_of_date() }}
        and area_type = 'icb'
        and dimension in ('deprivation_quintile', 'ethnic_group')
        and dimension_group != 'unknown'
        and comparison = 'worse'
),

dimension_group as (
    select * from {{ ref('ref_dimension_group') }}
),

dim_measure as (
    select * from {{ ref('dim_measure') }}
)

select
    dim_measure.title,
    dimension_group.label as patients_of,
    cast(ceil(metric.excess_patients) as integer) as patients_to_close_the_gap,
    metric.denominator,
    metric.numerator,
    round(100 * metric.proportion, 1) as percent,
    round(100 * (metric.proportion - metric.difference), 1) as reference_percent
from metric
inner join dim_measure on metric.measure = dim_measure.measure
inner join dimension_group
    on
        metric.dimension = dimension_group.dimension
        and metric.dimension_group = dimension_group.dimension_group
order by patients_to_close_the_gap desc, dim_measure.title asc, patients_of asc
