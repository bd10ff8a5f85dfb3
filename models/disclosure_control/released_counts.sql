{{ config(materialized='incremental') }}

with
counted as (
    select * from {{ ref('inequality_counts_by_group') }}
    where as_of_date = {{ as_of_date() }}
),

dim_measure as (
    select * from {{ ref('dim_measure') }}
),

hidden as (
    select * from {{ ref('disclosure_hidden') }}
),

judged as (
    select
        counted.as_of_date,
        counted.measure,
        counted.area_type,
        counted.area_code,
        counted.dimension,
        counted.dimension_group,
        counted.published_denominator as denominator,
        counted.published_numerator as numerator,
        hidden_denominator.name is not null
        {%- if is_direct_care() %}
        -- Who has a type 1 opt-out or a sensitive record is among them: nothing leaves.
        or true
        {%- endif %}
        or {{ is_hidden_for_its_size('counted.published_denominator') | indent(8) }} as is_denominator_hidden,
        hidden_numerator.name is not null
        or {{ is_hidden_for_its_size('counted.published_numerator') | indent(8) }}
        or {{ is_hidden_for_its_size(
            'counted.published_denominator - counted.published_numerator'
        ) | indent(8) }} as is_numerator_hidden
    from counted
    inner join dim_measure on counted.measure = dim_measure.measure
    left join hidden as hidden_denominator
        on
            hidden_denominator.hidden = 'denominator'
            and case dim_measure.measure_type when 'cohort' then 'registered' else counted.measure end
            = hidden_denominator.name
            and counted.area_type = hidden_denominator.area_type
            and counted.area_code = hidden_denominator.area_code
            and counted.dimension = hidden_denominator.dimension
            and counted.dimension_group = hidden_denominator.dimension_group
    left join hidden as hidden_numerator
        on
            hidden_numerator.hidden = 'numerator'
            and counted.measure = hidden_numerator.name
            and counted.area_type = hidden_numerator.area_type
            and counted.area_code = hidden_numerator.area_code
            and counted.dimension = hidden_numerator.dimension
            and counted.dimension_group = hidden_numerator.dimension_group
)

select
    as_of_date,
    measure,
    area_type,
    area_code,
    dimension,
    dimension_group,
    case
        when not is_denominator_hidden
            then {{ rounded_count('denominator') | indent(16) }}
    end as denominator,
    case
        when not is_denominator_hidden and not is_numerator_hidden
            then {{ rounded_count('numerator') | indent(16) }}
    end as numerator
from judged
