{{ config(materialized='incremental') }}

with
stratum_count as (
    select * from {{ ref('stratum_count') }}
),

group_count as (
    select * from {{ ref('group_count') }}
),

counted_set as (
    select
        kind,
        set_number
    from {{ ref('counted_set') }}
    group by kind, set_number
),

counted_area as (
    select * from {{ ref('counted_area') }}
),

counted_group as (
    select * from {{ ref('counted_group') }}
),

stratum as (
    select * from {{ ref('standard_stratum') }}
),

measure as (
    select * from {{ ref('counted_measure') }}
),

-- Whom a denominator has in the whole ICB: one of those aged 65 or over is standardised over their ages alone.
whole_icb as (
    select
        stratum_count.set_number,
        stratum_count.age_band_number,
        stratum_count.sex_number
    from stratum_count
    inner join counted_set
        on
            stratum_count.set_number = counted_set.set_number
            and counted_set.kind = 'denominator'
    inner join counted_area on stratum_count.area_number = counted_area.area_number
    inner join counted_group on stratum_count.group_number = counted_group.group_number
    where
        counted_area.area_type = 'icb'
        and counted_group.dimension = 'all'
),

standard as (
    select
        whole_icb.set_number,
        stratum.group_number,
        count(*) as strata,
        sum(stratum.weight) as weight
    from whole_icb
    inner join stratum
        on
            whole_icb.age_band_number = stratum.age_band_number
            and whole_icb.sex_number = stratum.sex_number
    group by whole_icb.set_number, stratum.group_number
),

-- The strata of each denominator.
population as (
    select
        stratum_count.*,
        stratum.weight
    from stratum_count
    inner join standard
        on
            stratum_count.set_number = standard.set_number
            and stratum_count.group_number = standard.group_number
    inner join stratum
        on
            stratum_count.group_number = stratum.group_number
            and stratum_count.age_band_number = stratum.age_band_number
            and stratum_count.sex_number = stratum.sex_number
),

-- A rate is known where no stratum of the standard is empty.
peopled as (
    select
        set_number,
        area_number,
        group_number,
        count(*) as strata
    from population
    group by set_number, area_number, group_number
),

-- Strata without events add nothing to a rate.
standardised as (
    select
        measure.numerator_set,
        numerator.area_number,
        numerator.group_number,
        sum(numerator.patients) as events,
        sum(population.weight * (numerator.patients / population.patients)) as weighted_rate,
        sum(numerator.patients * power(population.weight / population.patients, 2)) as weighted_rate_variance
    from measure
    inner join stratum_count as numerator on measure.numerator_set = numerator.set_number
    inner join population
        on
            measure.denominator_set = population.set_number
            and numerator.area_number = population.area_number
            and numerator.group_number = population.group_number
            and numerator.age_band_number = population.age_band_number
            and numerator.sex_number = population.sex_number
    group by measure.numerator_set, numerator.area_number, numerator.group_number
)

select
    {{ as_of_date() }} as as_of_date,
    measure.measure,
    counted_area.area_type,
    counted_area.area_code,
    counted_group.dimension,
    counted_group.dimension_group,
    cast(coalesce(denominator.patients, 0) as {{ dbt.type_bigint() }}) as denominator,
    cast(coalesce(numerator.patients, 0) as {{ dbt.type_bigint() }}) as numerator,
    cast(coalesce(denominator.published_patients, 0) as {{ dbt.type_bigint() }}) as published_denominator,
    cast(coalesce(numerator.published_patients, 0) as {{ dbt.type_bigint() }}) as published_numerator,
    cast(coalesce(standardised.events, 0) as {{ dbt.type_bigint() }}) as standardised_events,
    coalesce(standard.weight, 0) as standard_weight,
    case when peopled.strata = standard.strata then coalesce(standardised.weighted_rate, 0) end as weighted_rate,
    case when peopled.strata = standard.strata then coalesce(standardised.weighted_rate_variance, 0) end
        as weighted_rate_variance
from measure
cross join counted_area
cross join counted_group
left join group_count as denominator
    on
        measure.denominator_set = denominator.set_number
        and counted_area.area_number = denominator.area_number
        and counted_group.group_number = denominator.group_number
left join group_count as numerator
    on
        measure.numerator_set = numerator.set_number
        and counted_area.area_number = numerator.area_number
        and counted_group.group_number = numerator.group_number
left join standard
    on
        measure.denominator_set = standard.set_number
        and counted_group.group_number = standard.group_number
left join peopled
    on
        measure.denominator_set = peopled.set_number
        and counted_area.area_number = peopled.area_number
        and counted_group.group_number = peopled.group_number
left join standardised
    on
        measure.numerator_set = standardised.numerator_set
        and counted_area.area_number = standardised.area_number
        and counted_group.group_number = standardised.group_number
