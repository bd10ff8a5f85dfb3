{#- As inequality_metrics, from the released counts alone: an interval from the true ones would give them away. -#}
with
counted as (
    select * from {{ ref('released_counts') }}
    where as_of_date = {{ as_of_date() }}
),

dimension_group as (
    select * from {{ ref('ref_dimension_group') }}
),

dim_measure as (
    select * from {{ ref('dim_measure') }}
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
        case when counted.dimension != 'all' then everyone.numerator - counted.numerator end as rest_numerator,
        case when counted.dimension != 'all' then everyone.denominator - counted.denominator end as rest_denominator,
        {{ proportion('icb.numerator', 'icb.denominator') }} as icb_proportion
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
    left join counted as everyone
        on
            counted.measure = everyone.measure
            and counted.area_type = everyone.area_type
            and counted.area_code = everyone.area_code
            and everyone.dimension = 'all'
    left join counted as icb
        on
            counted.measure = icb.measure
            and counted.dimension = icb.dimension
            and counted.dimension_group = icb.dimension_group
            and counted.area_type != 'icb'
            and icb.area_type = 'icb'
),

measured as (
    select
        *,
        {{ proportion('numerator', 'denominator') }} as proportion,
        {{ wilson_lower('numerator', 'denominator') | indent(8) }} as proportion_lower,
        {{ wilson_upper('numerator', 'denominator') | indent(8) }} as proportion_upper,
        {{ wilson_lower('numerator', 'denominator', level=99.8) | indent(8) }} as wide_proportion_lower,
        {{ wilson_upper('numerator', 'denominator', level=99.8) | indent(8) }} as wide_proportion_upper,
        {%- for other in ['reference', 'rest'] %}
        {%- set counts = ['numerator', 'denominator', other ~ '_numerator', other ~ '_denominator'] %}
        {%- set name = 'difference' if other == 'reference' else 'rest_difference' %}
        ({{ proportion('numerator', 'denominator') }}) - ({{ proportion(counts[2], counts[3]) }}) as {{ name }},
        {{ newcombe_lower(*counts) | indent(8) }} as {{ name }}_lower,
        {{ newcombe_upper(*counts) | indent(8) }} as {{ name }}_upper,
        {%- endfor %}
        {%- set counts = ['numerator', 'denominator', 'reference_numerator', 'reference_denominator'] %}
        {{ risk_ratio(*counts) }} as ratio,
        {{ risk_ratio_lower(*counts) | indent(8) }} as ratio_lower,
        {{ risk_ratio_upper(*counts) | indent(8) }} as ratio_upper,
        {{ excess(*counts) | indent(8) }} as excess
    from compared
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
    -- Not from counts that may be shown: the strata are too small to release.
    cast(null as double) as standardised_rate,
    cast(null as double) as standardised_rate_lower,
    cast(null as double) as standardised_rate_upper,
    reference_group,
    difference,
    difference_lower,
    difference_upper,
    {{ if_enough_events('ratio', 'numerator', 'reference_numerator') | indent(4) }} as ratio,
    {{ if_enough_events('ratio_lower', 'numerator', 'reference_numerator') | indent(4) }} as ratio_lower,
    {{ if_enough_events('ratio_upper', 'numerator', 'reference_numerator') | indent(4) }} as ratio_upper,
    rest_difference,
    rest_difference_lower,
    rest_difference_upper,
    {{ if_enough_events(
        "case when polarity = 'higher_is_better' then -excess else excess end", 'numerator', 'reference_numerator'
    ) | indent(4) }} as excess_patients,
    {{ comparison('difference_lower', 'difference_upper', 0, 'polarity') | indent(4) }} as comparison,
    {{ comparison_in_two_levels(
        'proportion_lower', 'proportion_upper', 'wide_proportion_lower', 'wide_proportion_upper',
        'icb_proportion', 'polarity'
    ) | indent(4) }} as area_comparison,
    is_suppressed
from measured
