{% set changes = [('more', 1), ('fewer', -1)] -%}
{% set cell = 'area_type, area_code, dimension, dimension_group' -%}
with
dim_measure as (
    select * from {{ ref('dim_measure') }}
),

indicator_counts as (
    select * from {{ ref('indicator_counts') }}
    where as_of_date = {{ as_of_date() }}
),

-- Searches share their denominator, everyone registered.
counted as (
    select
        inequality_counts_by_group.measure,
        case dim_measure.measure_type when 'cohort' then 'registered' else dim_measure.measure end
            as population,
        inequality_counts_by_group.area_type,
        inequality_counts_by_group.area_code,
        inequality_counts_by_group.dimension,
        inequality_counts_by_group.dimension_group,
        inequality_counts_by_group.published_denominator as denominator,
        inequality_counts_by_group.published_numerator as numerator
    from {{ ref('inequality_counts_by_group') }} as inequality_counts_by_group
    inner join dim_measure on inequality_counts_by_group.measure = dim_measure.measure
    where inequality_counts_by_group.as_of_date = {{ as_of_date() }}
),

-- Nobody is excluded where nobody is eligible: a 0 is released there too.
excluded as (
    select
        counted.measure as indicator,
        counted.area_type,
        counted.area_code,
        coalesce(indicator_counts.published_excluded, 0) as patients
    from counted
    left join indicator_counts
        on
            counted.measure = indicator_counts.indicator
            and counted.area_type = indicator_counts.area_type
            and counted.area_code = indicator_counts.area_code
    where
        counted.measure = counted.population
        and counted.dimension = 'all'
),

costed as (
    select
        {%- for name, by in changes %}
        {{ cost_of_numerator_change('numerator', 'denominator', by) | indent(8) }}
            as cost_of_numerator_one_{{ name }},
        {{ cost_of_numerator_change_with_denominator('numerator', 'denominator', by) | indent(8) }}
            as cost_of_numerator_with_denominator_one_{{ name }},
        case when {{ leaves_room_for_change('numerator', 'denominator', by) | indent(8) }} then 1 else 0 end
            as leaves_room_for_one_{{ name }},
        {{ cost_of_change('denominator', by) | indent(8) }} as cost_of_denominator_one_{{ name }},
        {%- endfor %}
        counted.*
    from counted
),

-- A denominator is judged once, beside every numerator that it has.
population as (
    select
        population,
        {{ cell }},
        {%- for name, by in changes %}
        case when min(leaves_room_for_one_{{ name }}) = 1 then max(cost_of_denominator_one_{{ name }}) end
            as cost_of_one_{{ name }},
        {%- endfor %}
        max(denominator) as denominator
    from costed
    group by population, {{ cell }}
),

-- Nothing of other searches may be hidden to keep the secret of one.
with_denominator as (
    select
        costed.measure,
        costed.area_type,
        costed.area_code,
        costed.dimension,
        costed.dimension_group,
        {%- for name, by in changes %}
        costed.cost_of_numerator_with_denominator_one_{{ name }}
        + case
            when costed.measure = costed.population then costed.cost_of_denominator_one_{{ name }}
            when population.cost_of_one_{{ name }} = 0 then 0
        end as cost_of_one_{{ name }},
        {%- endfor %}
        costed.denominator
    from costed
    inner join population
        on
            costed.population = population.population
            and costed.area_type = population.area_type
            and costed.area_code = population.area_code
            and costed.dimension = population.dimension
            and costed.dimension_group = population.dimension_group
)

select
    'numerator' as changed,
    measure as name,
    {{ cell }},
    denominator as patients,
    cost_of_numerator_one_more as cost_of_one_more,
    cost_of_numerator_one_fewer as cost_of_one_fewer
from costed
union all
select
    'denominator' as changed,
    population as name,
    {{ cell }},
    denominator as patients,
    cost_of_one_more,
    cost_of_one_fewer
from population
union all
select
    'both' as changed,
    measure as name,
    {{ cell }},
    denominator as patients,
    cost_of_one_more,
    cost_of_one_fewer
from with_denominator
union all
select
    'excluded' as changed,
    indicator as name,
    area_type,
    area_code,
    'all' as dimension,
    'all' as dimension_group,
    patients,
    {{ cost_of_change('patients', 1) | indent(4) }} as cost_of_one_more,
    {{ cost_of_change('patients', -1) | indent(4) }} as cost_of_one_fewer
from excluded
