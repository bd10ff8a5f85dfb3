{% macro funnel_lower(target, denominator, level=95) -%}
    {%- set t, n = operand(target), operand(denominator) -%}
    case
        when {{ n }} > 0 and {{ t }} between 0 and 1
            then greatest(0, {{ t }} - {{ normal_deviate(level) }} * sqrt({{ t }} * (1 - {{ t }}) / {{ n }}))
    end
{%- endmacro %}

{% macro funnel_upper(target, denominator, level=95) -%}
    {%- set t, n = operand(target), operand(denominator) -%}
    case
        when {{ n }} > 0 and {{ t }} between 0 and 1
            then least(1, {{ t }} + {{ normal_deviate(level) }} * sqrt({{ t }} * (1 - {{ t }}) / {{ n }}))
    end
{%- endmacro %}

{% macro funnel_ratio_lower(expected, level=95) %}{{ crude_rate_lower(expected, expected, 1, level) }}{% endmacro %}
{% macro funnel_ratio_upper(expected, level=95) %}{{ crude_rate_upper(expected, expected, 1, level) }}{% endmacro %}

{% macro funnel_score(numerator, denominator, target) -%}
    {%- set x, n, t = operand(numerator), operand(denominator), operand(target) -%}
    case
        when {{ n }} > 0 and {{ x }} between 0 and {{ n }} and {{ t }} between 0 and 1
            then (asin(sqrt({{ x }} / {{ n }})) - asin(sqrt({{ t }}))) / ({{ funnel_standard_error(denominator) }})
    end
{%- endmacro %}

{% macro funnel_ratio_score(observed, expected) -%}
    {%- set o, e = operand(observed), operand(expected) -%}
    case
        when {{ e }} > 0 and {{ o }} >= 0
            then (sqrt({{ o }} / {{ e }}) - 1) / ({{ funnel_standard_error(expected) }})
    end
{%- endmacro %}

{% macro funnel_standard_error(size) -%}
    {%- set n = operand(size) -%}
    case when {{ n }} > 0 then 1 / (2 * sqrt({{ n }})) end
{%- endmacro %}

{% macro winsorised(score, low, high) -%}
    {%- set z, low, high = operand(score), operand(low), operand(high) -%}
    case when {{ z }} < {{ low }} then {{ low }} when {{ z }} > {{ high }} then {{ high }} else {{ z }} end
{%- endmacro %}

{% macro overdispersion(score) %}avg(power({{ operand(score) }}, 2)){% endmacro %}

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

{% macro overdispersed_funnel_lower(target, denominator, between_unit_variance, level=95) -%}
    {%- set t, n = operand(target), operand(denominator) -%}
    {%- set width = overdispersed_width(denominator, between_unit_variance, level) -%}
    case
        when {{ n }} > 0 and {{ t }} between 0 and 1 and {{ operand(between_unit_variance) }} is not null
            then power(sin(greatest(0, asin(sqrt({{ t }})) - {{ width }})), 2)
    end
{%- endmacro %}

{% macro overdispersed_funnel_upper(target, denominator, between_unit_variance, level=95) -%}
    {%- set t, n = operand(target), operand(denominator) -%}
    {%- set width = overdispersed_width(denominator, between_unit_variance, level) -%}
    case
        when {{ n }} > 0 and {{ t }} between 0 and 1 and {{ operand(between_unit_variance) }} is not null
            then power(sin(least(asin(1), asin(sqrt({{ t }})) + {{ width }})), 2)
    end
{%- endmacro %}

{% macro overdispersed_funnel_ratio_lower(expected, between_unit_variance, level=95) -%}
    {%- set width = overdispersed_width(expected, between_unit_variance, level) -%}
    case
        when {{ operand(expected) }} > 0 and {{ operand(between_unit_variance) }} is not null
            then power(greatest(0, 1 - {{ width }}), 2)
    end
{%- endmacro %}

{% macro overdispersed_funnel_ratio_upper(expected, between_unit_variance, level=95) -%}
    power(1 + {{ overdispersed_width(expected, between_unit_variance, level) }}, 2)
{%- endmacro %}

{% macro overdispersed_width(size, between_unit_variance, level) -%}
    {{ normal_deviate(level) }}
    * sqrt(power({{ funnel_standard_error(size) }}, 2) + {{ operand(between_unit_variance) }})
{%- endmacro %}
