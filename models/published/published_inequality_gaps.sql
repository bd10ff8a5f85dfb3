{#- As inequality_gaps, from the published figures alone. -#}
with
metric as (
    select * from {{ ref('published_inequality_metrics') }}
    where as_of_date = {{ as_of_date() }}
),

quintile as (
    select
        *,
        {{ standard_error_of_proportion('proportion', 'proportion_lower', 'proportion_upper') | indent(8) }} as standard_error
    from metric
    where dimension = 'deprivation_quintile' and dimension_group != 'unknown'
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
        {{ line_weight('denominator', 'ridit', at=0, partition_by=area) | indent(8) }} as most_deprived_weight,
        {{ line_weight('denominator', 'ridit', at=1, partition_by=area) | indent(8) }} as least_deprived_weight
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
        as_of_date,
        measure,
        measure_type,
        polarity,
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
        {{ concentration_index_lower(*ranks, standard_error='standard_error') | indent(8) }} as concentration_index_lower,
        {{ concentration_index_upper(*ranks, standard_error='standard_error') | indent(8) }} as concentration_index_upper
    from fitted
    group by as_of_date, measure, measure_type, polarity, area_type, area_code
),

enough as (
    select
        measure,
        area_type,
        area_code,
        coalesce(bool_and({{ has_enough_events('numerator') }}) and count(numerator) = 5 and sum(numerator) >= 10, false)
            as has_enough_events
    from quintile
    group by measure, area_type, area_code
),

group_with_enough as (
    select metric.*
    from metric
    inner join metric as reference
        on
            metric.measure = reference.measure
            and metric.area_type = reference.area_type
            and metric.area_code = reference.area_code
            and metric.dimension = reference.dimension
            and metric.reference_group = reference.dimension_group
    where {{ has_enough_events('metric.numerator') }} and {{ has_enough_events('reference.numerator') }}
),

core20 as (
    select * from group_with_enough
    where dimension = 'core20' and dimension_group = 'core20'
),

ethnic_group as (
    select
        *,
        row_number() over (
            partition by measure, area_type, area_code
            order by abs(difference) desc, dimension_group asc
        ) as place
    from group_with_enough
    where
        dimension = 'ethnic_group'
        and dimension_group != 'unknown'
        and (difference_lower > 0 or difference_upper < 0)
)

select
    gradient.as_of_date,
    gradient.measure,
    gradient.measure_type,
    gradient.polarity,
    gradient.area_type,
    gradient.area_code,
    case when enough.has_enough_events then gradient.slope_index end as slope_index,
    case when enough.has_enough_events then gradient.slope_index_lower end as slope_index_lower,
    case when enough.has_enough_events then gradient.slope_index_upper end as slope_index_upper,
    case when enough.has_enough_events then gradient.relative_index end as relative_index,
    case when enough.has_enough_events then gradient.relative_index_lower end as relative_index_lower,
    case when enough.has_enough_events then gradient.relative_index_upper end as relative_index_upper,
    case when enough.has_enough_events then gradient.lack_of_fit end as lack_of_fit,
    case when enough.has_enough_events then gradient.most_deprived end as most_deprived,
    case when enough.has_enough_events then gradient.least_deprived end as least_deprived,
    case when enough.has_enough_events then gradient.absolute_gap end as absolute_gap,
    case when enough.has_enough_events then gradient.absolute_gap_lower end as absolute_gap_lower,
    case when enough.has_enough_events then gradient.absolute_gap_upper end as absolute_gap_upper,
    case when enough.has_enough_events then gradient.relative_gap end as relative_gap,
    case when enough.has_enough_events then gradient.relative_gap_lower end as relative_gap_lower,
    case when enough.has_enough_events then gradient.relative_gap_upper end as relative_gap_upper,
    case
        when enough.has_enough_events
            then {{ adverse_gap('gradient.absolute_gap', 'gradient.polarity') | indent(12) }}
    end as gap_adverse,
    core20.difference as core20_gap,
    core20.difference_lower as core20_gap_lower,
    core20.difference_upper as core20_gap_upper,
    ethnic_group.difference as ethnic_gap,
    ethnic_group.difference_lower as ethnic_gap_lower,
    ethnic_group.difference_upper as ethnic_gap_upper,
    ethnic_group.dimension_group as ethnic_gap_group,
    case when enough.has_enough_events then gradient.attributable_fraction end as attributable_fraction,
    case when enough.has_enough_events then gradient.attributable_fraction_lower end as attributable_fraction_lower,
    case when enough.has_enough_events then gradient.attributable_fraction_upper end as attributable_fraction_upper,
    case when enough.has_enough_events then gradient.excess_patients end as excess_patients,
    case when enough.has_enough_events then gradient.concentration_index end as concentration_index,
    case when enough.has_enough_events then gradient.concentration_index_lower end as concentration_index_lower,
    case when enough.has_enough_events then gradient.concentration_index_upper end as concentration_index_upper,
    not enough.has_enough_events as is_suppressed
from gradient
inner join enough
    on
        gradient.measure = enough.measure
        and gradient.area_type = enough.area_type
        and gradient.area_code = enough.area_code
left join core20
    on
        gradient.measure = core20.measure
        and gradient.area_type = core20.area_type
        and gradient.area_code = core20.area_code
left join ethnic_group
    on
        gradient.measure = ethnic_group.measure
        and gradient.area_type = ethnic_group.area_type
        and gradient.area_code = ethnic_group.area_code
        and ethnic_group.place = 1
