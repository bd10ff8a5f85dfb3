{{ config(materialized='incremental') }}

with
metric as (
    select * from {{ ref('inequality_metrics') }}
    where
        as_of_date = {{ as_of_date() }}
        and area_type = 'pcn'
        and area_code != 'unknown'
        and polarity != 'neither'
        -- deciles repeat the quintiles; a difference of age is mostly one of need
        and dimension not in ('all', 'deprivation_decile', 'age_band')
        and dimension_group != 'unknown'
),

measure as (
    select * from {{ ref('dim_measure') }}
),

dimension_group as (
    select * from {{ ref('ref_dimension_group') }}
),

compared as (
    select
        metric.*,
        reference.numerator as reference_numerator,
        reference.denominator as reference_denominator,
        reference.proportion as reference_proportion
    from metric
    inner join metric as reference
        on
            metric.measure = reference.measure
            and metric.area_code = reference.area_code
            and metric.dimension = reference.dimension
            and metric.reference_group = reference.dimension_group
    where
        metric.reference_group != metric.dimension_group
        -- what nobody of the reference group can have, such as a search among women, is no inequality
        and reference.numerator > 0
),

{% set counts = ['numerator', 'denominator', 'reference_numerator', 'reference_denominator'] -%}
adverse as (
    select *
    from compared
    where
        excess_patients > 0
        and case when polarity = 'lower_is_better' then numerator else denominator - numerator end >= 10
        and case
            when polarity = 'lower_is_better'
                then {{ newcombe_lower(*counts, level=99.8) }} > 0
            else {{ newcombe_upper(*counts, level=99.8) }} < 0
        end
),

ranked as (
    select
        *,
        row_number() over (
            partition by area_code
            order by
                excess_patients desc, abs(difference) desc, measure asc, dimension asc, dimension_group asc
        ) as choice
    from adverse
)

select
    ranked.as_of_date,
    ranked.area_code as pcn_code,
    ranked.choice,
    ranked.measure,
    measure.title,
    ranked.dimension,
    ranked.dimension_group,
    ranked.denominator,
    ranked.numerator,
    ranked.proportion,
    ranked.reference_group,
    ranked.reference_proportion,
    ranked.difference,
    ranked.difference_lower,
    ranked.difference_upper,
    ranked.excess_patients,
    concat(
        measure.title, ': ',
        round(100 * ranked.proportion, 1), '% of ', ranked.denominator, ' patients (',
        dimension_group.label, '), ',
        round(100 * ranked.reference_proportion, 1),
        '% in the group they are compared with (', reference_group.label, '); ',
        cast(round(ranked.excess_patients) as bigint), ' patients make the difference.'
    ) as reason
from ranked
inner join measure on ranked.measure = measure.measure
inner join dimension_group
    on
        ranked.dimension = dimension_group.dimension
        and ranked.dimension_group = dimension_group.dimension_group
inner join dimension_group as reference_group
    on
        ranked.dimension = reference_group.dimension
        and ranked.reference_group = reference_group.dimension_group
