{% macro excess(numerator, denominator, reference_numerator, reference_denominator) -%}
    {%- set x, n = operand(numerator), operand(denominator) -%}
    case
        when {{ n }} > 0 and {{ x }} between 0 and {{ n }}
            then {{ x }} - {{ n }} * ({{ proportion(reference_numerator, reference_denominator) }})
    end
{%- endmacro %}

{% macro attributable_fraction(population, rate, is_reference) -%}
    {%- set n, r, reference = operand(population), operand(rate), reference_rate(population, rate, is_reference) -%}
    case
        when {{ every_rate(population, [rate], is_reference) }}
            then 1 - {{ reference }} / nullif({{ overall_rate(population, rate) }}, 0)
    end
{%- endmacro %}

{% macro attributable_fraction_lower(population, rate, standard_error, is_reference, level=95) -%}
    {{ attributable_fraction_limit('+', population, rate, standard_error, is_reference, level) }}
{%- endmacro %}

{% macro attributable_fraction_upper(population, rate, standard_error, is_reference, level=95) -%}
    {{ attributable_fraction_limit('-', population, rate, standard_error, is_reference, level) }}
{%- endmacro %}

{% macro attributable_fraction_limit(side, population, rate, standard_error, is_reference, level) -%}
    {%- set n, s = operand(population), operand(standard_error) -%}
    {%- set reference, overall = reference_rate(population, rate, is_reference), overall_rate(population, rate) -%}
    {%- set reference_variance = 'power(max(case when ' ~ is_reference ~ ' then ' ~ s ~ ' end), 2)' -%}
    {%- set reference_population = 'max(case when ' ~ is_reference ~ ' then ' ~ n ~ ' end)' -%}
    case
        when {{ every_rate(population, [rate, standard_error], is_reference) }} and {{ reference }} > 0
            then 1 - {{ reference }} / ({{ overall }}) * exp({{ side }} {{ normal_deviate(level) }} * sqrt(greatest(
                0,
                {{ reference_variance }} / power({{ reference }}, 2)
                + sum(power({{ n }} * {{ s }}, 2)) / power(sum({{ n }}), 2) / power({{ overall }}, 2)
                - 2 * {{ reference_population }} / sum({{ n }}) * {{ reference_variance }} / ({{ reference }} * ({{ overall }}))
            )))
    end
{%- endmacro %}

{% macro reference_rate(population, rate, is_reference) -%}
    max(case when {{ operand(is_reference) }} and {{ operand(population) }} > 0 then {{ operand(rate) }} end)
{%- endmacro %}

{% macro overall_rate(population, rate) -%}
    sum({{ operand(population) }} * {{ operand(rate) }}) / nullif(sum({{ operand(population) }}), 0)
{%- endmacro %}

{% macro every_rate(population, columns, is_reference) -%}
    {%- set n = operand(population) -%}
    count(case when {{ n }} > 0 then 1 end) = count({% for column in columns %}{{ operand(column) }} * {% endfor %}nullif({{ n }}, 0))
    and count(case when {{ is_reference }} then 1 end) = 1
{%- endmacro %}
