{#
    Funnel limits: between which values a unit of this size is expected if it differs from the target by chance
    alone, or by chance and what is common to all units (overdispersion):

        z as (select *, {{ funnel_score('numerator', 'denominator', 'target') }} as score ...),
        ends as (
            select percentile_cont(0.1) within group (order by score) as low,
                percentile_cont(0.9) within group (order by score) as high from z
        ),
        spread as (
            select {{ overdispersion('winsorised') }} as phi,
                {{ between_unit_variance('winsorised', 'standard_error') }} as between_unit_variance
            from (select {{ winsorised('score', 'low', 'high') }} as winsorised, ... from z cross join ends)
        )

    Source: PHEindicatormethods; Spiegelhalter 2005 and Spiegelhalter et al 2012; FunnelPlotR.
#}

{#
    The lower funnel limit of a proportion.
    Arguments: target, the proportion of all units; denominator, of the unit; level.
    Result: 0 to 1; null if the denominator is not above 0 or the target outside 0 to 1.
#}
{% macro funnel_lower(target, denominator, level=95) -%}
    {%- set t, n = operand(target), operand(denominator) -%}
    case
        when {{ n }} > 0 and {{ t }} between 0 and 1
            then greatest(0, {{ t }} - {{ normal_deviate(level) }} * sqrt({{ t }} * (1 - {{ t }}) / {{ n }}))
    end
{%- endmacro %}


{# The upper funnel limit of a proportion. Arguments, result and null: as funnel_lower. #}
{% macro funnel_upper(target, denominator, level=95) -%}
    {%- set t, n = operand(target), operand(denominator) -%}
    case
        when {{ n }} > 0 and {{ t }} between 0 and 1
            then least(1, {{ t }} + {{ normal_deviate(level) }} * sqrt({{ t }} * (1 - {{ t }}) / {{ n }}))
    end
{%- endmacro %}


{#
    The lower funnel limit of a ratio of observed to expected events, about 1.
    Arguments: expected, of the unit; level.
    Result: null if fewer than 10 events are expected and not a whole number of them (no exact limit).
#}
{% macro funnel_ratio_lower(expected, level=95) -%}
    {{ crude_rate_lower(expected, expected, 1, level) }}
{%- endmacro %}


{# The upper funnel limit of a ratio of observed to expected events. Arguments and null: as funnel_ratio_lower. #}
{% macro funnel_ratio_upper(expected, level=95) -%}
    {{ crude_rate_upper(expected, expected, 1, level) }}
{%- endmacro %}


{#
    How far a unit's proportion lies from the target, in standard errors, on the arcsine scale.
    Arguments: numerator, denominator, of the unit; target, the proportion of all units.
    Result: null where the proportion is, and if the target is outside 0 to 1.
#}
{% macro funnel_score(numerator, denominator, target) -%}
    {%- set x, n, t = operand(numerator), operand(denominator), operand(target) -%}
    case
        when {{ n }} > 0 and {{ x }} between 0 and {{ n }} and {{ t }} between 0 and 1
            then (asin(sqrt({{ x }} / {{ n }})) - asin(sqrt({{ t }}))) / ({{ funnel_standard_error(denominator) }})
    end
{%- endmacro %}


{#
    How far a unit's ratio of observed to expected events lies from 1, in standard errors, on the square root.
    Arguments: observed, expected, of the unit.
    Result: null if nothing is expected.
#}
{% macro funnel_ratio_score(observed, expected) -%}
    {%- set o, e = operand(observed), operand(expected) -%}
    case
        when {{ e }} > 0 and {{ o }} >= 0
            then (sqrt({{ o }} / {{ e }}) - 1) / ({{ funnel_standard_error(expected) }})
    end
{%- endmacro %}


{#
    The standard error of a unit, the same on both scales.
    Arguments: size, the denominator of a proportion or the expected events of a ratio.
    Result: null if it is not above 0.
#}
{% macro funnel_standard_error(size) -%}
    {%- set n = operand(size) -%}
    case when {{ n }} > 0 then 1 / (2 * sqrt({{ n }})) end
{%- endmacro %}


{# A score drawn in to the ends of the middle four fifths. Arguments: score, low, high. Result: null if one is. #}
{% macro winsorised(score, low, high) -%}
    {%- set z, low, high = operand(score), operand(low), operand(high) -%}
    case when {{ z }} < {{ low }} then {{ low }} when {{ z }} > {{ high }} then {{ high }} else {{ z }} end
{%- endmacro %}


{# phi: how much the units vary, over how much they would by chance, an aggregate. Arguments: score, winsorised. #}
{% macro overdispersion(score) -%}
    avg(power({{ operand(score) }}, 2))
{%- endmacro %}


{#
    tau squared: the variance between units beyond chance, on the scale of the scores, an aggregate.
    Arguments: score, winsorised; standard_error, of the unit.
    Result: 0 if there is none; null with fewer than two units. Units without a score do not count.
#}
{% macro between_unit_variance(score, standard_error) -%}
    {%- set z, s = operand(score), operand(standard_error) -%}
    {%- set weight = 'case when ' ~ z ~ ' is not null then 1 / nullif(power(' ~ s ~ ', 2), 0) end' -%}
    case
        when count({{ z }}) > 1
            then greatest(
                0,
                (sum(power({{ z }}, 2)) - (count({{ z }}) - 1))
                / nullif(sum({{ weight }}) - sum(power({{ weight }}, 2)) / nullif(sum({{ weight }}), 0), 0)
            )
    end
{%- endmacro %}


{#
    The lower funnel limit of a proportion, with overdispersion.
    Arguments: target, denominator: as funnel_lower; between_unit_variance; level.
    Result: 0 to 1; null as funnel_lower, and if the variance is.
#}
{% macro overdispersed_funnel_lower(target, denominator, between_unit_variance, level=95) -%}
    {%- set t, n = operand(target), operand(denominator) -%}
    {%- set width = overdispersed_width(denominator, between_unit_variance, level) -%}
    case
        when {{ n }} > 0 and {{ t }} between 0 and 1 and {{ operand(between_unit_variance) }} is not null
            then power(sin(greatest(0, asin(sqrt({{ t }})) - {{ width }})), 2)
    end
{%- endmacro %}


{# The upper funnel limit of a proportion, with overdispersion. Arguments, result and null: as the lower. #}
{% macro overdispersed_funnel_upper(target, denominator, between_unit_variance, level=95) -%}
    {%- set t, n = operand(target), operand(denominator) -%}
    {%- set width = overdispersed_width(denominator, between_unit_variance, level) -%}
    case
        when {{ n }} > 0 and {{ t }} between 0 and 1 and {{ operand(between_unit_variance) }} is not null
            then power(sin(least(asin(1), asin(sqrt({{ t }})) + {{ width }})), 2)
    end
{%- endmacro %}


{#
    The lower funnel limit of a ratio of observed to expected events, with overdispersion.
    Arguments: expected, of the unit; between_unit_variance; level.
    Result: 0 or more; null if nothing is expected or the variance is null.
#}
{% macro overdispersed_funnel_ratio_lower(expected, between_unit_variance, level=95) -%}
    {%- set width = overdispersed_width(expected, between_unit_variance, level) -%}
    case
        when {{ operand(expected) }} > 0 and {{ operand(between_unit_variance) }} is not null
            then power(greatest(0, 1 - {{ width }}), 2)
    end
{%- endmacro %}


{# The upper funnel limit of such a ratio. Arguments and null: as overdispersed_funnel_ratio_lower. #}
{% macro overdispersed_funnel_ratio_upper(expected, between_unit_variance, level=95) -%}
    power(1 + {{ overdispersed_width(expected, between_unit_variance, level) }}, 2)
{%- endmacro %}


{# Half the width of the funnel at a unit, on the scale of the scores. #}
{% macro overdispersed_width(size, between_unit_variance, level) -%}
    {{ normal_deviate(level) }}
    * sqrt(power({{ funnel_standard_error(size) }}, 2) + {{ operand(between_unit_variance) }})
{%- endmacro %}
