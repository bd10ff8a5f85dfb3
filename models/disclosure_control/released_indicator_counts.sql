{{ config(materialized='incremental') }}

with
released_counts as (
    select * from {{ ref('released_counts') }}
    where
        as_of_date = {{ as_of_date() }}
        and dimension = 'all'
),

dim_measure as (
    select * from {{ ref('dim_measure') }}
    where measure_type = 'indicator'
),

indicator_counts as (
    select * from {{ ref('indicator_counts') }}
    where as_of_date = {{ as_of_date() }}
),

hidden as (
    select * from {{ ref('disclosure_hidden') }}
    where
        hidden = 'excluded'
        and dimension = 'all'
),

-- Every indicator in every area: that there is no row would tell that nobody is eligible, and that there is
-- one of noughts, that somebody with an opt-out is.
counted as (
    select
        released_counts.as_of_date,
        released_counts.measure as indicator,
        released_counts.area_type,
        released_counts.area_code,
        released_counts.denominator,
        coalesce(indicator_counts.published_excluded, 0) as excluded,
        released_counts.numerator
    from released_counts
    inner join dim_measure on released_counts.measure = dim_measure.measure
    left join indicator_counts
        on
            released_counts.measure = indicator_counts.indicator
            and released_counts.area_type = indicator_counts.area_type
            and released_counts.area_code = indicator_counts.area_code
)

select
    counted.as_of_date,
    counted.indicator,
    counted.area_type,
    counted.area_code,
    counted.denominator,
    case
        when
            {{ 'false' if is_direct_care() else 'hidden.name is null' }}
            and not {{ is_hidden_for_its_size('counted.excluded') }}
            then {{ rounded_count('counted.excluded') | indent(12) }}
    end as excluded,
    counted.numerator
from counted
left join hidden
    on
        counted.indicator = hidden.name
        and counted.area_type = hidden.area_type
        and counted.area_code = hidden.area_code
