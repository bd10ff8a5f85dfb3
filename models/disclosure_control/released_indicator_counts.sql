{{ config(materialized='incremental') }}

with
indicator_counts as (
    select * from {{ ref('indicator_counts') }}
    where as_of_date = {{ as_of_date() }}
),

released_counts as (
    select * from {{ ref('released_counts') }}
    where
        as_of_date = {{ as_of_date() }}
        and dimension = 'all'
),

hidden as (
    select * from {{ ref('disclosure_hidden') }}
    where hidden = 'excluded'
)

select
    indicator_counts.as_of_date,
    indicator_counts.indicator,
    indicator_counts.area_type,
    indicator_counts.area_code,
    released_counts.denominator,
    case
        when hidden.name is null and not {{ is_hidden_for_its_size('indicator_counts.published_excluded') }}
            then {{ rounded_count('indicator_counts.published_excluded') | indent(12) }}
    end as excluded,
    released_counts.numerator
from indicator_counts
inner join released_counts
    on
        indicator_counts.indicator = released_counts.measure
        and indicator_counts.area_type = released_counts.area_type
        and indicator_counts.area_code = released_counts.area_code
left join hidden
    on
        indicator_counts.indicator = hidden.name
        and indicator_counts.area_type = hidden.area_type
        and indicator_counts.area_code = hidden.area_code
