-- Of what is published: no count of 7 or fewer is shown, and none whose complement is so small. A hidden
-- count is null, and so is whatever rests on it. Nothing that was counted is left out. The rules are written
-- out, not taken from the policy.
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

beside as (
    select
        metric.*,
        counted.published_denominator,
        counted.published_numerator
    from metric
    inner join counted
        on
            metric.measure = counted.measure
            and metric.area_type = counted.area_type
            and metric.area_code = counted.area_code
            and metric.dimension = counted.dimension
            and metric.dimension_group = counted.dimension_group
),

-- Every count that is shown, beside the true one and its complement.
shown as (
    select
        measure,
        area_type,
        area_code,
        concat_ws(' ', 'denominator', dimension, dimension_group) as what,
        denominator as figure,
        published_denominator as patients,
        cast(null as {{ dbt.type_bigint() }}) as complement
    from beside
    where denominator is not null
    union all
    select
        measure,
        area_type,
        area_code,
        concat_ws(' ', 'numerator', dimension, dimension_group) as what,
        numerator as figure,
        published_numerator as patients,
        published_denominator - published_numerator as complement
    from beside
    where numerator is not null
    union all
    select
        achievement.indicator as measure,
        achievement.area_type,
        achievement.area_code,
        'excluded' as what,
        achievement.excluded as figure,
        coalesce(indicator_counts.published_excluded, 0) as patients,
        cast(null as {{ dbt.type_bigint() }}) as complement
    from achievement
    left join indicator_counts
        on
            achievement.indicator = indicator_counts.indicator
            and achievement.area_type = indicator_counts.area_type
            and achievement.area_code = indicator_counts.area_code
    where achievement.excluded is not null
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
)

select
    measure,
    area_type,
    area_code,
    what
from shown
where
    figure % 5 != 0
    or complement between 0 and 7
    or case
        when patients = 0 then figure != 0
        else patients <= 7 or figure < 10 or abs(figure - patients) > 4
    end
union all
select
    counted.measure,
    counted.area_type,
    counted.area_code,
    concat_ws(' ', 'what rests on', counted.dimension, counted.dimension_group) as what
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
    or (metric.numerator is not null and metric.denominator is null)
    or (
        metric.dimension = 'deprivation_decile'
        and metric.area_type in ('pcn', 'practice')
        and metric.denominator is not null
    )
    {%- for end in ['', '_lower', '_upper'] %}
    or metric.standardised_rate{{ end }} % 1 != 0
    {%- endfor %}
    or (
        metric.numerator is null
        and (
            metric.comparison != 'not compared'
            or metric.area_comparison != 'not compared'
            or metric.excess_patients is not null
            {%- for figure in ['proportion', 'standardised_rate', 'difference', 'ratio', 'rest_difference'] %}
            {%- for end in ['', '_lower', '_upper'] %}
            or metric.{{ figure }}{{ end }} is not null
            {%- endfor %}
            {%- endfor %}
        )
    )
union all
select
    quintile.measure,
    quintile.area_type,
    quintile.area_code,
    'what rests on quintiles' as what
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
            or gap.lack_of_fit is not null
            {%- for figure in [
                'slope_index', 'relative_index', 'absolute_gap', 'relative_gap', 'attributable_fraction',
                'concentration_index'
            ] %}
            {%- for end in ['', '_lower', '_upper'] %}
            or gap.{{ figure }}{{ end }} is not null
            {%- endfor %}
            {%- endfor %}
        )
    )
union all
select
    metric.measure,
    metric.area_type,
    metric.area_code,
    'achievement' as what
from metric
left join achievement
    on
        metric.measure = achievement.indicator
        and metric.area_type = achievement.area_type
        and metric.area_code = achievement.area_code
where
    metric.measure_type = 'indicator'
    and metric.dimension = 'all'
    and (
        achievement.indicator is null
        or coalesce(achievement.denominator, -1) != coalesce(metric.denominator, -1)
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
    )
