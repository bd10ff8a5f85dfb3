{% macro inequality_metrics(counts, are_released=false) -%}
with
counted as (
    select
        *,
        {{ proportion('numerator', 'denominator') }} as proportion,
        {{ wilson_lower('numerator', 'denominator') | indent(8) }} as proportion_lower,
        {{ wilson_upper('numerator', 'denominator') | indent(8) }} as proportion_upper
    from {{ counts }}
    where as_of_date = {{ as_of_date() }}
),

dimension_group as (
    select * from {{ ref('ref_dimension_group') }}
),

dim_measure as (
    select * from {{ ref('dim_measure') }}
),

everyone as (
    select * from counted
    where dimension = 'all'
),

icb as (
    select * from counted
    where area_type = 'icb'
),

-- Beside each group: its reference, everyone else in the area, and the same group in the whole ICB.
compared as (
    select
        counted.*,
        dim_measure.measure_type,
        dim_measure.polarity,
        reference_group.dimension_group as reference_group,
        reference.numerator as reference_numerator,
        reference.denominator as reference_denominator,
        reference.proportion as reference_proportion,
        reference.proportion_lower as reference_lower,
        reference.proportion_upper as reference_upper,
        case when counted.dimension != 'all' then everyone.numerator - counted.numerator end
            as rest_numerator,
        case when counted.dimension != 'all' then everyone.denominator - counted.denominator end
            as rest_denominator,
        case when counted.area_type != 'icb' then icb.proportion end as icb_proportion
    from counted
    inner join dim_measure on counted.measure = dim_measure.measure
    left join dimension_group as reference_group
        on
            counted.dimension = reference_group.dimension
            and reference_group.is_reference
            and counted.dimension_group != reference_group.dimension_group
    left join counted as reference
        on
            counted.measure = reference.measure
            and counted.area_type = reference.area_type
            and counted.area_code = reference.area_code
            and reference_group.dimension = reference.dimension
            and reference_group.dimension_group = reference.dimension_group
    left join everyone
        on
            counted.measure = everyone.measure
            and counted.area_type = everyone.area_type
            and counted.area_code = everyone.area_code
    left join icb
        on
            counted.measure = icb.measure
            and counted.dimension = icb.dimension
            and counted.dimension_group = icb.dimension_group
),

limited as (
    select
        *,
        {{ proportion('rest_numerator', 'rest_denominator') }} as rest_proportion,
        {{ wilson_lower('rest_numerator', 'rest_denominator') | indent(8) }} as rest_lower,
        {{ wilson_upper('rest_numerator', 'rest_denominator') | indent(8) }} as rest_upper
    from compared
),

-- Newcombe's method 10 is the method of mover_lower and mover_upper with Wilson's limits.
measured as (
    select
        *,
        {{ wilson_lower('numerator', 'denominator', level=99.8) | indent(8) }} as wide_proportion_lower,
        {{ wilson_upper('numerator', 'denominator', level=99.8) | indent(8) }} as wide_proportion_upper,
        {%- for other in ['reference', 'rest'] %}
        {%- set name = 'difference' if other == 'reference' else 'rest_difference' %}
        {%- set its, its_lower, its_upper = other ~ '_proportion', other ~ '_lower', other ~ '_upper' %}
        proportion - {{ its }} as {{ name }},
        {{ mover_lower('proportion', 'proportion_lower', its, its_upper) }} as {{ name }}_lower,
        {{ mover_upper('proportion', 'proportion_upper', its, its_lower) }} as {{ name }}_upper,
        {%- endfor %}
        {%- set counts = ['numerator', 'denominator', 'reference_numerator', 'reference_denominator'] %}
        {{ risk_ratio(*counts) }} as ratio,
        {{ risk_ratio_lower(*counts) | indent(8) }} as ratio_lower,
        {{ risk_ratio_upper(*counts) | indent(8) }} as ratio_upper,
        {{ excess(*counts) | indent(8) }} as excess
    from limited
)

select
    as_of_date,
    measure,
    measure_type,
    polarity,
    area_type,
    area_code,
    dimension,
    dimension_group,
    denominator,
    numerator,
    proportion,
    proportion_lower,
    proportion_upper,
    {%- set rate = ['weighted_rate', 'standard_weight', 'standardised_events'] %}
    {%- set rate_and_variance = ['weighted_rate', 'weighted_rate_variance', 'standard_weight', 'standardised_events'] %}
    {%- for name, figure in [
        ('', directly_standardised_rate(*rate)),
        ('_lower', directly_standardised_rate_lower(*rate_and_variance)),
        ('_upper', directly_standardised_rate_upper(*rate_and_variance)),
    ] %}
    {{ ('round(' ~ figure ~ ')' if are_released else figure) | indent(4) }} as standardised_rate{{ name }},
    {%- endfor %}
    reference_group,
    difference,
    difference_lower,
    difference_upper,
    ratio,
    ratio_lower,
    ratio_upper,
    rest_difference,
    rest_difference_lower,
    rest_difference_upper,
    case when polarity = 'higher_is_better' then 0 - excess else excess end as excess_patients,
    {{ comparison('difference_lower', 'difference_upper', 0, 'polarity') | indent(4) }} as comparison,
    {{ comparison_in_two_levels(
        'proportion_lower', 'proportion_upper', 'wide_proportion_lower', 'wide_proportion_upper',
        'icb_proportion', 'polarity'
    ) | indent(4) }} as area_comparison
from measured
{%- endmacro %}
