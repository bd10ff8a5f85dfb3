{{ config(materialized='incremental') }}

{% set cell_columns = ['area_number', 'group_number', 'age_band_number', 'sex_number'] -%}
with
measure as (
    select * from {{ ref('counted_measure') }}
),

area as (
    select * from {{ ref('counted_area') }}
),

dimension_group as (
    select * from {{ ref('counted_group') }}
),

stratum as (
    select * from {{ ref('standard_stratum') }}
),

cell as (
    select * from {{ ref('disclosure_cell_key') }}
),

denominator as (
    select
        *,
        {{ released_count('patients', 'cell_key') | indent(8) }} as figure
    from cell
    where kind = 'denominator'
),

-- Shown only where the denominator and the complement are.
numerator as (
    select
        measure.numerator_set,
        counted.*,
        denominator.figure as denominator,
        case
            when
                denominator.figure is not null
                and {{ is_count_shown(
                    'denominator.patients - counted.patients',
                    cell_key('denominator.cell_key - counted.cell_key')
                ) | indent(16) }}
                then {{ released_count('counted.patients', 'counted.cell_key') | indent(20) }}
        end as figure
    from measure
    inner join cell as counted on measure.numerator_set = counted.set_number
    inner join denominator
        on
            measure.denominator_set = denominator.set_number
            {%- for column in cell_columns %}
            and counted.{{ column }} = denominator.{{ column }}
            {%- endfor %}
),

-- The share of each measure in the whole ICB.
overall as (
    select
        numerator.numerator_set,
        numerator.figure / cast(numerator.denominator as double) as share
    from numerator
    where
        numerator.area_type = 'icb'
        and numerator.dimension = 'all'
        and numerator.age_band_number = 0
),

-- Groups and strata of the ICB. It has none of what 20 or more are expected of: a structural zero.
of_icb as (
    select
        measure.numerator_set,
        denominator.dimension,
        denominator.group_number,
        denominator.age_band_number,
        denominator.sex_number,
        case
            when numerator.numerator_set is not null then numerator.figure
            when denominator.figure * overall.share >= 20 then 0
        end as figure,
        denominator.figure as denominator
    from measure
    inner join denominator on measure.denominator_set = denominator.set_number
    left join numerator
        on
            measure.numerator_set = numerator.numerator_set
            {%- for column in cell_columns %}
            and denominator.{{ column }} = numerator.{{ column }}
            {%- endfor %}
    left join overall on measure.numerator_set = overall.numerator_set
    where
        denominator.area_type = 'icb'
        and denominator.figure is not null
),

-- A stratum that is hidden in an area is taken to have the ICB's rate; where that is not shown either, none.
stratum_of_icb as (
    select
        of_icb.numerator_set,
        stratum.*,
        of_icb.figure is not null as is_known,
        coalesce(of_icb.figure / cast(of_icb.denominator as double), 0) as rate
    from of_icb
    inner join stratum
        on
            of_icb.age_band_number = stratum.age_band_number
            and of_icb.sex_number = stratum.sex_number
    where of_icb.dimension = 'all'
),

standard as (
    select
        numerator_set,
        group_number,
        sum(weight) as weight,
        sum(case when is_known then weight else 0 end) as known_weight,
        sum(weight * rate) as weighted_rate
    from stratum_of_icb
    group by numerator_set, group_number
),

shown_strata as (
    select
        numerator.numerator_set,
        numerator.area_number,
        numerator.group_number,
        sum(numerator.figure) as events,
        sum(stratum.weight * (numerator.figure / cast(numerator.denominator as double) - stratum.rate))
            as difference,
        sum(numerator.figure * power(stratum.weight / numerator.denominator, 2)) as weighted_rate_variance
    from numerator
    inner join stratum_of_icb as stratum
        on
            numerator.numerator_set = stratum.numerator_set
            and numerator.group_number = stratum.group_number
            and numerator.age_band_number = stratum.age_band_number
            and numerator.sex_number = stratum.sex_number
    where numerator.figure is not null
    group by numerator.numerator_set, numerator.area_number, numerator.group_number
),

{% set cell = [
    'coalesce(denominator.cell_key, 0)', 'area.area_type', 'area.area_code',
    'dimension_group.dimension', 'dimension_group.dimension_group'
] -%}
-- All searches have one denominator, everyone registered.
{% set name = "case measure.measure_type when 'cohort' then 'registered' else measure.measure end" -%}
shown as (
    select
        measure.measure,
        measure.numerator_set,
        area.area_number,
        area.area_type,
        area.area_code,
        dimension_group.group_number,
        dimension_group.dimension,
        dimension_group.dimension_group,
        -- Below place a decile holds too few.
        {{ 'false and ' if is_direct_care() }}
        (area.area_type in ('icb', 'place') or dimension_group.dimension != 'deprivation_decile') as is_open,
        case
            when denominator.set_number is not null then denominator.figure
            when {{ is_zero_shown(name ~ ", '|denominator'", *cell) | indent(12) }} then 0
        end as denominator,
        case
            when numerator.numerator_set is not null then numerator.figure
            when denominator.figure is not null and (
                of_icb.figure = 0 or {{ is_zero_shown("measure.measure, '|numerator'", *cell) | indent(16) }}
            ) then 0
        end as numerator
    from measure
    cross join area
    cross join dimension_group
    left join denominator
        on
            measure.denominator_set = denominator.set_number
            and area.area_number = denominator.area_number
            and dimension_group.group_number = denominator.group_number
            and denominator.age_band_number = 0
    left join numerator
        on
            measure.numerator_set = numerator.numerator_set
            and area.area_number = numerator.area_number
            and dimension_group.group_number = numerator.group_number
            and numerator.age_band_number = 0
    left join of_icb
        on
            measure.numerator_set = of_icb.numerator_set
            and dimension_group.group_number = of_icb.group_number
            and of_icb.age_band_number = 0
)

{% set rate_is_known = 'shown.is_open and shown_strata.events >= 0.9e0 * shown.numerator'
    ~ ' and standard.known_weight >= 0.9e0 * standard.weight' -%}
select
    {{ as_of_date() }} as as_of_date,
    shown.measure,
    shown.area_type,
    shown.area_code,
    shown.dimension,
    shown.dimension_group,
    case when shown.is_open then shown.denominator end as denominator,
    case when shown.is_open then shown.numerator end as numerator,
    case when {{ rate_is_known }} then shown_strata.events end as standardised_events,
    case when {{ rate_is_known }} then standard.weight end as standard_weight,
    case when {{ rate_is_known }} then standard.weighted_rate + shown_strata.difference end as weighted_rate,
    case when {{ rate_is_known }} then shown_strata.weighted_rate_variance end as weighted_rate_variance
from shown
left join standard
    on
        shown.numerator_set = standard.numerator_set
        and shown.group_number = standard.group_number
left join shown_strata
    on
        shown.numerator_set = shown_strata.numerator_set
        and shown.area_number = shown_strata.area_number
        and shown.group_number = shown_strata.group_number
