{% macro inequality_gaps(metrics, are_released=false) -%}
with
metric as (
    select * from {{ metrics }}
    where as_of_date = {{ as_of_date() }}
),

area as (
    select
        as_of_date,
        measure,
        measure_type,
        polarity,
        area_type,
        area_code
    from metric
    where dimension = 'deprivation_quintile'
    group by as_of_date, measure, measure_type, polarity, area_type, area_code
),

{%- if are_released %}

-- A gradient rests on the counts of all five quintiles.
area_with_all as (
    select
        measure,
        area_type,
        area_code
    from metric
    where
        dimension = 'deprivation_quintile'
        and dimension_group != 'unknown'
        and numerator is not null
    group by measure, area_type, area_code
    having count(*) = 5
),
{%- endif %}

quintile as (
    select
        metric.*,
        {{ standard_error_of_proportion('proportion', 'proportion_lower', 'proportion_upper') | indent(8) }}
            as standard_error
    from metric
    {%- if are_released %}
    inner join area_with_all
        on
            metric.measure = area_with_all.measure
            and metric.area_type = area_with_all.area_type
            and metric.area_code = area_with_all.area_code
    {%- endif %}
    where
        metric.dimension = 'deprivation_quintile'
        and metric.dimension_group != 'unknown'
),

{% set area = 'measure, area_type, area_code' -%}
ranked as (
    select
        *,
        {{ ridit('denominator', order_by='dimension_group', partition_by=area) }} as ridit
    from quintile
),

weighted as (
    select
        *,
        {{ line_weight('denominator', 'ridit', at=0, partition_by=area) | indent(8) }}
            as most_deprived_weight,
        {{ line_weight('denominator', 'ridit', at=1, partition_by=area) | indent(8) }}
            as least_deprived_weight
    from ranked
),

fitted as (
    select
        *,
        {{ line_value('proportion', 'ridit', partition_by=area) | indent(8) }} as line_value
    from weighted
),

{% set values = ['proportion', 'standard_error'] -%}
{% set rates = ['denominator', 'proportion', "dimension_group = '5'"] -%}
{% set rates_with_error = ['denominator', 'proportion', 'standard_error', "dimension_group = '5'"] -%}
{% set ranks = ['denominator', 'ridit', 'proportion'] -%}
gradient as (
    select
        measure,
        area_type,
        area_code,
        {{ slope_index('proportion') | indent(8) }} as slope_index,
        {{ slope_index_lower(*values) | indent(8) }} as slope_index_lower,
        {{ slope_index_upper(*values) | indent(8) }} as slope_index_upper,
        {{ relative_index('proportion') | indent(8) }} as relative_index,
        {{ relative_index_lower(*values) | indent(8) }} as relative_index_lower,
        {{ relative_index_upper(*values) | indent(8) }} as relative_index_upper,
        {{ lack_of_fit('proportion', 'line_value', 'standard_error') | indent(8) }} as lack_of_fit,
        max(case when dimension_group = '1' then proportion end) as most_deprived,
        max(case when dimension_group = '5' then proportion end) as least_deprived,
        {%- for column, name in [('difference', 'absolute_gap'), ('ratio', 'relative_gap')] %}
        {%- for end in ['', '_lower', '_upper'] %}
        max(case when dimension_group = '1' then {{ column }}{{ end }} end) as {{ name }}{{ end }},
        {%- endfor %}
        {%- endfor %}
        {{ attributable_fraction(*rates) | indent(8) }} as attributable_fraction,
        {{ attributable_fraction_lower(*rates_with_error) | indent(8) }} as attributable_fraction_lower,
        {{ attributable_fraction_upper(*rates_with_error) | indent(8) }} as attributable_fraction_upper,
        sum(excess_patients) as excess_patients,
        {{ concentration_index(*ranks) | indent(8) }} as concentration_index,
        {{ concentration_index_lower(*ranks, standard_error='standard_error') | indent(8) }}
            as concentration_index_lower,
        {{ concentration_index_upper(*ranks, standard_error='standard_error') | indent(8) }}
            as concentration_index_upper
    from fitted
    group by measure, area_type, area_code
),

core20 as (
    select * from metric
    where dimension = 'core20' and dimension_group = 'core20'
),

ethnic_group as (
    select
        *,
        row_number() over (
            partition by measure, area_type, area_code
            order by abs(difference) desc, dimension_group asc
        ) as place
    from metric
    where
        dimension = 'ethnic_group'
        and dimension_group != 'unknown'
        and (difference_lower > 0 or difference_upper < 0)
)

select
    area.*,
    {%- for figure in [
        'slope_index', 'slope_index_lower', 'slope_index_upper', 'relative_index', 'relative_index_lower', 'relative_index_upper',
        'lack_of_fit', 'most_deprived', 'least_deprived', 'absolute_gap', 'absolute_gap_lower', 'absolute_gap_upper',
        'relative_gap', 'relative_gap_lower', 'relative_gap_upper',
    ] %}
    gradient.{{ figure }},
    {%- endfor %}
    {{ adverse_gap('gradient.absolute_gap', 'area.polarity') | indent(4) }} as gap_adverse,
    core20.difference as core20_gap,
    core20.difference_lower as core20_gap_lower,
    core20.difference_upper as core20_gap_upper,
    ethnic_group.difference as ethnic_gap,
    ethnic_group.difference_lower as ethnic_gap_lower,
    ethnic_group.difference_upper as ethnic_gap_upper,
    ethnic_group.dimension_group as ethnic_gap_group,
    gradient.attributable_fraction,
    gradient.attributable_fraction_lower,
    gradient.attributable_fraction_upper,
    gradient.excess_patients,
    gradient.concentration_index,
    gradient.concentration_index_lower,
    gradient.concentration_index_upper
from area
{%- for table in ['gradient', 'core20', 'ethnic_group'] %}
left join {{ table }}
    on
        area.measure = {{ table }}.measure
        and area.area_type = {{ table }}.area_type
        and area.area_code = {{ table }}.area_code
        {%- if table == 'ethnic_group' %}
        and ethnic_group.place = 1
        {%- endif %}
{%- endfor %}
{%- endmacro %}
