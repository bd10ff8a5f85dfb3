-- A hidden count is null in every published table, and so is whatever rests on it; no small count is shown,
-- unless the policy only rounds. Nothing that was counted is left out.
{%- set hides_small = 'true' if disclosure_policy().hides_small else 'false' %}
with
counted as (
    select * from {{ ref('inequality_counts_by_group') }}
    where as_of_date = {{ as_of_date() }}
),

indicator_counts as (
    select * from {{ ref('indicator_counts') }}
    where as_of_date = {{ as_of_date() }}
),

metric as (
    select * from {{ ref('published_inequality_metrics') }}
    where as_of_date = {{ as_of_date() }}
),

gap as (
    select * from {{ ref('published_inequality_gaps') }}
    where as_of_date = {{ as_of_date() }}
),

achievement as (
    select * from {{ ref('published_des_achievement') }}
    where as_of_date = {{ as_of_date() }}
),

quintile as (
    select
        measure,
        area_type,
        area_code,
        count(*) - count(numerator) as hidden_quintiles
    from metric
    where
        dimension = 'deprivation_quintile'
        and dimension_group != 'unknown'
    group by measure, area_type, area_code
),

faults as (
    select
        'published_inequality_metrics' as table_name,
        counted.measure,
        counted.area_type,
        counted.area_code,
        counted.dimension,
        counted.dimension_group
    from counted
    left join metric
        on
            counted.measure = metric.measure
            and counted.area_type = metric.area_type
            and counted.area_code = metric.area_code
            and counted.dimension = metric.dimension
            and counted.dimension_group = metric.dimension_group
    where
        metric.measure is null
        or metric.numerator > metric.denominator
        or (metric.numerator is not null and metric.denominator is null)
        or metric.standardised_rate is not null
        or metric.standardised_rate_lower is not null
        or metric.standardised_rate_upper is not null
        or (
            metric.numerator is null
            and (
                metric.comparison != 'not compared'
                or metric.area_comparison != 'not compared'
                {%- for figure in ['proportion', 'difference', 'ratio', 'rest_difference'] %}
                or metric.{{ figure }} is not null
                or metric.{{ figure }}_lower is not null
                or metric.{{ figure }}_upper is not null
                {%- endfor %}
                or metric.excess_patients is not null
            )
        )
        or (
            {{ hides_small }}
            and counted.published_denominator between 1 and 7
            and metric.denominator is not null
        )
        or (
            {{ hides_small }}
            and metric.numerator is not null
            and (
                counted.published_numerator between 1 and 7
                or counted.published_denominator - counted.published_numerator between 1 and 7
            )
        )
    union all
    select
        'published_inequality_gaps' as table_name,
        quintile.measure,
        quintile.area_type,
        quintile.area_code,
        'deprivation_quintile' as dimension,
        '' as dimension_group
    from quintile
    left join gap
        on
            quintile.measure = gap.measure
            and quintile.area_type = gap.area_type
            and quintile.area_code = gap.area_code
    where
        gap.measure is null
        or (
            quintile.hidden_quintiles > 0
            and (
                gap.gap_adverse is not null
                or gap.most_deprived is not null
                or gap.least_deprived is not null
                or gap.excess_patients is not null
                {%- for figure in [
                    'slope_index', 'relative_index', 'absolute_gap', 'relative_gap', 'attributable_fraction',
                    'concentration_index'
                ] %}
                or gap.{{ figure }} is not null
                or gap.{{ figure }}_lower is not null
                or gap.{{ figure }}_upper is not null
                {%- endfor %}
                or gap.lack_of_fit is not null
            )
        )
    union all
    select
        'published_des_achievement' as table_name,
        achievement.indicator as measure,
        achievement.area_type,
        achievement.area_code,
        'all' as dimension,
        'all' as dimension_group
    from achievement
    inner join metric
        on
            achievement.indicator = metric.measure
            and achievement.area_type = metric.area_type
            and achievement.area_code = metric.area_code
            and metric.dimension = 'all'
    where
        coalesce(achievement.denominator, -1) != coalesce(metric.denominator, -1)
        or coalesce(achievement.numerator, -1) != coalesce(metric.numerator, -1)
        or (
            achievement.numerator is null
            and (
                achievement.achievement is not null
                or achievement.patients_to_lower_threshold is not null
                or achievement.patients_to_upper_threshold is not null
                or achievement.projected_achievement is not null
            )
        )
    union all
    select
        'published_des_achievement' as table_name,
        indicator_counts.indicator as measure,
        indicator_counts.area_type,
        indicator_counts.area_code,
        'all' as dimension,
        'all' as dimension_group
    from indicator_counts
    left join achievement
        on
            indicator_counts.indicator = achievement.indicator
            and indicator_counts.area_type = achievement.area_type
            and indicator_counts.area_code = achievement.area_code
    where
        achievement.indicator is null
        or (
            {{ hides_small }}
            and indicator_counts.published_excluded between 1 and 7
            and achievement.excluded is not null
        )
)

select * from faults
