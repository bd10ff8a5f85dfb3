{% macro mover_lower(estimate, lower, reference, reference_upper) -%}
    {%- set p, q = operand(estimate), operand(reference) -%}
    {{ p }} - {{ q }} - sqrt(power({{ p }} - {{ operand(lower) }}, 2) + power({{ operand(reference_upper) }} - {{ q }}, 2))
{%- endmacro %}

{% macro mover_upper(estimate, upper, reference, reference_lower) -%}
    {%- set p, q = operand(estimate), operand(reference) -%}
    {{ p }} - {{ q }} + sqrt(power({{ operand(upper) }} - {{ p }}, 2) + power({{ q }} - {{ operand(reference_lower) }}, 2))
{%- endmacro %}

{% macro mover_ratio_lower(estimate, lower, reference, reference_upper) -%}
    {%- set p, l = operand(estimate), operand(lower) -%}
    {%- set q, u = operand(reference), operand(reference_upper) -%}
    case
        when {{ p }} > 0 and {{ q }} > 0 and {{ l }} > 0 and {{ u }} > 0
            then {{ p }} / {{ q }} * exp(-sqrt(power(ln({{ p }} / {{ l }}), 2) + power(ln({{ u }} / {{ q }}), 2)))
    end
{%- endmacro %}

{% macro mover_ratio_upper(estimate, upper, reference, reference_lower) -%}
    {%- set p, u = operand(estimate), operand(upper) -%}
    {%- set q, l = operand(reference), operand(reference_lower) -%}
    case
        when {{ p }} > 0 and {{ q }} > 0 and {{ u }} > 0 and {{ l }} > 0
            then {{ p }} / {{ q }} * exp(sqrt(power(ln({{ u }} / {{ p }}), 2) + power(ln({{ q }} / {{ l }}), 2)))
    end
{%- endmacro %}

{% macro newcombe_lower(numerator, denominator, reference_numerator, reference_denominator, level=95) -%}
    {{ mover_lower(
        proportion(numerator, denominator),
        wilson_lower(numerator, denominator, level),
        proportion(reference_numerator, reference_denominator),
        wilson_upper(reference_numerator, reference_denominator, level)
    ) }}
{%- endmacro %}

{% macro newcombe_upper(numerator, denominator, reference_numerator, reference_denominator, level=95) -%}
    {{ mover_upper(
        proportion(numerator, denominator),
        wilson_upper(numerator, denominator, level),
        proportion(reference_numerator, reference_denominator),
        wilson_lower(reference_numerator, reference_denominator, level)
    ) }}
{%- endmacro %}

{% macro risk_ratio(numerator, denominator, reference_numerator, reference_denominator) -%}
    ({{ proportion(numerator, denominator) }})
    / nullif({{ proportion(reference_numerator, reference_denominator) }}, 0)
{%- endmacro %}

{% macro risk_ratio_lower(numerator, denominator, reference_numerator, reference_denominator, level=95) -%}
    {{ risk_ratio_limit('-', numerator, denominator, reference_numerator, reference_denominator, level) }}
{%- endmacro %}

{% macro risk_ratio_upper(numerator, denominator, reference_numerator, reference_denominator, level=95) -%}
    {{ risk_ratio_limit('+', numerator, denominator, reference_numerator, reference_denominator, level) }}
{%- endmacro %}

{% macro risk_ratio_limit(side, numerator, denominator, reference_numerator, reference_denominator, level) -%}
    {%- set x, n = operand(numerator), operand(denominator) -%}
    {%- set y, m = operand(reference_numerator), operand(reference_denominator) -%}
    case
        when {{ x }} > 0 and {{ y }} > 0 and {{ n }} >= {{ x }} and {{ m }} >= {{ y }}
            then {{ x }} / {{ n }} / ({{ y }} / {{ m }}) * exp(
                {{ side }} {{ normal_deviate(level) }}
                * sqrt(1e0 / {{ x }} - 1e0 / {{ n }} + (1e0 / {{ y }} - 1e0 / {{ m }}))
            )
    end
{%- endmacro %}

{% macro adverse_gap(gap, polarity) -%}
    case {{ polarity }}
        when 'lower_is_better' then {{ operand(gap) }}
        when 'higher_is_better' then -{{ operand(gap) }}
    end
{%- endmacro %}
