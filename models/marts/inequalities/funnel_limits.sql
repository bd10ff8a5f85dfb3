{{ config(materialized='incremental') }}

with
metric as (
    select * from {{ ref('inequality_metrics') }}
    where
        as_of_date = {{ as_of_date() }}
        and dimension = 'all'
),

unit as (
    select
        metric.as_of_date,
        metric.measure,
        metric.measure_type,
        metric.polarity,
        metric.area_type,
        metric.area_code,
        metric.denominator,
        metric.numerator,
        metric.proportion,
        icb.proportion as target
    from metric
    inner join metric as icb
        on
            metric.measure = icb.measure
            and icb.area_type = 'icb'
    where
        metric.area_type in ('pcn', 'practice')
        and metric.area_code != 'unknown'
),

scored as (
    select
        *,
        {{ funnel_score('numerator', 'denominator', 'target') | indent(8) }} as score,
        {{ funnel_standard_error('denominator') }} as standard_error
    from unit
),

tail as (
    select
        measure,
        area_type,
        percentile_cont(0.1) within group (order by score) as low,
        percentile_cont(0.9) within group (order by score) as high
    from scored
    group by measure, area_type
),

drawn_in as (
    select
        scored.*,
        {{ winsorised('scored.score', 'tail.low', 'tail.high') }} as winsorised_score
    from scored
    inner join tail
        on
            scored.measure = tail.measure
            and scored.area_type = tail.area_type
),

spread as (
    select
        measure,
        area_type,
        {{ overdispersion('winsorised_score') }} as overdispersion,
        {{ between_unit_variance('winsorised_score', 'standard_error') | indent(8) }} as between_unit_variance
    from drawn_in
    group by measure, area_type
),

limited as (
    select
        {% for level, name in [(95, '95'), (99.8, '99_8')] %}
        {{ funnel_lower('unit.target', 'unit.denominator', level) | indent(8) }} as lower_{{ name }},
        {{ funnel_upper('unit.target', 'unit.denominator', level) | indent(8) }} as upper_{{ name }},
        {% set variance = ['unit.target', 'unit.denominator', 'spread.between_unit_variance', level] %}
        {{ overdispersed_funnel_lower(*variance) | indent(8) }} as overdispersed_lower_{{ name }},
        {{ overdispersed_funnel_upper(*variance) | indent(8) }} as overdispersed_upper_{{ name }},
        {% endfor %}
        spread.overdispersion,
        spread.between_unit_variance,
        unit.*
    from unit
    inner join spread
        on
            unit.measure = spread.measure
            and unit.area_type = spread.area_type
)

select
    as_of_date,
    measure,
    measure_type,
    polarity,
    area_type,
    area_code,
    denominator,
    numerator,
    proportion,
    target,
    {% for prefix, name in [('', 'funnel_position'), ('overdispersed_', 'overdispersed_funnel_position')] %}
    {{ prefix }}lower_95,
    {{ prefix }}upper_95,
    {{ prefix }}lower_99_8,
    {{ prefix }}upper_99_8,
    case
        when proportion > {{ prefix }}upper_99_8 then 'above 99.8%'
        when proportion > {{ prefix }}upper_95 then 'above 95%'
        when proportion < {{ prefix }}lower_99_8 then 'below 99.8%'
        when proportion < {{ prefix }}lower_95 then 'below 95%'
        when proportion between {{ prefix }}lower_95 and {{ prefix }}upper_95 then 'within'
    end as {{ name }},
    {% endfor %}
    overdispersion,
    between_unit_variance
from limited
