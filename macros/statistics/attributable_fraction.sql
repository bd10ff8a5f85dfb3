{#
    What would change if every group had the rate of the reference group. Source: Walter 1978; WHO, healthequal.
#}

{#
    How many patients a group has beyond those it would have with the reference's proportion: to find or
    treat, to match it. Below 0 if it has fewer.
    Arguments: numerator, denominator, counts of the group; reference_numerator, reference_denominator.
    Result: patients; null where either proportion is.
#}
{% macro excess(numerator, denominator, reference_numerator, reference_denominator) -%}
    {%- set x, n = operand(numerator), operand(denominator) -%}
    case
        when {{ n }} > 0 and {{ x }} between 0 and {{ n }}
            then {{ x }} - {{ n }} * ({{ proportion(reference_numerator, reference_denominator) }})
    end
{%- endmacro %}


{#
    The share of all events that would not happen at the reference's rate, an aggregate over groups. Below 0 if
    the reference's rate is the higher one; WHO shows 0 then, this does not, so that excess = fraction x events.
    Arguments: population, rate: columns of rows of one group each; is_reference, a condition true for one row.
    Result: at most 1; null if a group has a population but no rate, if the reference has none, or if no rate is above 0.
#}
{% macro attributable_fraction(population, rate, is_reference) -%}
    {%- set n, r, reference = operand(population), operand(rate), reference_rate(population, rate, is_reference) -%}
    case
        when {{ every_rate(population, [rate], is_reference) }}
            then 1 - {{ reference }} / nullif({{ overall_rate(population, rate) }}, 0)
    end
{%- endmacro %}


{# The lower limit of the fraction, an aggregate. Arguments: as the fraction; standard_error, of the rate; level. #}
{% macro attributable_fraction_lower(population, rate, standard_error, is_reference, level=95) -%}
    {{ attributable_fraction_limit('+', population, rate, standard_error, is_reference, level) }}
{%- endmacro %}


{# The upper limit of the fraction, an aggregate. Arguments: as attributable_fraction_lower. #}
{% macro attributable_fraction_upper(population, rate, standard_error, is_reference, level=95) -%}
    {{ attributable_fraction_limit('-', population, rate, standard_error, is_reference, level) }}
{%- endmacro %}


{#
    Either limit of the fraction, on the logarithm of its complement, which is reference over overall.
    Arguments: side of the complement, '+' or '-'; the rest as attributable_fraction_lower.
    Result: null too if the reference's rate is 0.
#}
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


{# The rate of the reference group, an aggregate. #}
{% macro reference_rate(population, rate, is_reference) -%}
    max(case when {{ operand(is_reference) }} and {{ operand(population) }} > 0 then {{ operand(rate) }} end)
{%- endmacro %}


{# The rate of all groups together, an aggregate. #}
{% macro overall_rate(population, rate) -%}
    sum({{ operand(population) }} * {{ operand(rate) }}) / nullif(sum({{ operand(population) }}), 0)
{%- endmacro %}


{# Whether every group that has a population has these columns, and one group is the reference, an aggregate. #}
{% macro every_rate(population, columns, is_reference) -%}
    {%- set n = operand(population) -%}
    count(case when {{ n }} > 0 then 1 end) = count({% for column in columns %}{{ operand(column) }} * {% endfor %}nullif({{ n }}, 0))
    and count(case when {{ is_reference }} then 1 end) = 1
{%- endmacro %}
