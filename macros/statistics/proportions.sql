{% macro proportion(numerator, denominator) -%}
    {%- set x, n = operand(numerator), operand(denominator) -%}
    case when {{ n }} > 0 and {{ x }} between 0 and {{ n }} then {{ x }} / {{ n }} end
{%- endmacro %}

{% macro wilson_lower(numerator, denominator, level=95) -%}
    {%- set x, n, z = operand(numerator), operand(denominator), normal_deviate(level) -%}
    case
        when {{ n }} > 0 and {{ x }} between 0 and {{ n }}
            then greatest(0, (
                2 * {{ x }} + {{ z }} * {{ z }}
                - {{ z }} * sqrt({{ z }} * {{ z }} + 4 * {{ x }} * (1 - {{ x }} / {{ n }}))
            ) / (2 * ({{ n }} + {{ z }} * {{ z }})))
    end
{%- endmacro %}

{% macro wilson_upper(numerator, denominator, level=95) -%}
    {%- set x, n, z = operand(numerator), operand(denominator), normal_deviate(level) -%}
    case
        -- Exactly: the formula may fall a rounding error short, and an interval must hold its own estimate.
        when {{ n }} > 0 and {{ x }} = {{ n }} then 1e0
        when {{ n }} > 0 and {{ x }} between 0 and {{ n }}
            then least(1, (
                2 * {{ x }} + {{ z }} * {{ z }}
                + {{ z }} * sqrt({{ z }} * {{ z }} + 4 * {{ x }} * (1 - {{ x }} / {{ n }}))
            ) / (2 * ({{ n }} + {{ z }} * {{ z }})))
    end
{%- endmacro %}
