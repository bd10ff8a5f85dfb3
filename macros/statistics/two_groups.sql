{#
    Two groups that share no patient, a group and its reference: the difference is group minus reference,
    the ratio group over reference. A group is never compared with a total that contains it.
#}

{#
    The lower limit of a difference of any two independent estimates that have limits of their own.
    Arguments: estimate, lower, of the group; reference, reference_upper.
    Result: null if one of the four is.
    Source: MOVER, Zou and Donner 2008.
#}
{% macro mover_lower(estimate, lower, reference, reference_upper) -%}
    {%- set p, q = operand(estimate), operand(reference) -%}
    {{ p }} - {{ q }} - sqrt(power({{ p }} - {{ operand(lower) }}, 2) + power({{ operand(reference_upper) }} - {{ q }}, 2))
{%- endmacro %}


{# The upper limit of such a difference. Arguments: estimate, upper; reference, reference_lower. The rest as mover_lower. #}
{% macro mover_upper(estimate, upper, reference, reference_lower) -%}
    {%- set p, q = operand(estimate), operand(reference) -%}
    {{ p }} - {{ q }} + sqrt(power({{ operand(upper) }} - {{ p }}, 2) + power({{ q }} - {{ operand(reference_lower) }}, 2))
{%- endmacro %}


{#
    The lower limit of a ratio of any two independent estimates that have limits of their own.
    Arguments: as mover_lower.
    Result: null if one of the four is null or not above 0.
    Source: MOVER on logarithms, Donner and Zou 2012.
#}
{% macro mover_ratio_lower(estimate, lower, reference, reference_upper) -%}
    {%- set p, l = operand(estimate), operand(lower) -%}
    {%- set q, u = operand(reference), operand(reference_upper) -%}
    case
        when {{ p }} > 0 and {{ q }} > 0 and {{ l }} > 0 and {{ u }} > 0
            then {{ p }} / {{ q }} * exp(-sqrt(power(ln({{ p }} / {{ l }}), 2) + power(ln({{ u }} / {{ q }}), 2)))
    end
{%- endmacro %}


{# The upper limit of such a ratio. Arguments: estimate, upper; reference, reference_lower. The rest as mover_ratio_lower. #}
{% macro mover_ratio_upper(estimate, upper, reference, reference_lower) -%}
    {%- set p, u = operand(estimate), operand(upper) -%}
    {%- set q, l = operand(reference), operand(reference_lower) -%}
    case
        when {{ p }} > 0 and {{ q }} > 0 and {{ u }} > 0 and {{ l }} > 0
            then {{ p }} / {{ q }} * exp(sqrt(power(ln({{ u }} / {{ p }}), 2) + power(ln({{ q }} / {{ l }}), 2)))
    end
{%- endmacro %}


{#
    The lower limit of a difference of two proportions.
    Arguments: numerator, denominator, counts of the group; reference_numerator, reference_denominator; level.
    Result: -1 to 1; null where either proportion is.
    Source: Newcombe 1998, method 10 (MOVER with Wilson's limits).
#}
{% macro newcombe_lower(numerator, denominator, reference_numerator, reference_denominator, level=95) -%}
    {{ mover_lower(
        proportion(numerator, denominator),
        wilson_lower(numerator, denominator, level),
        proportion(reference_numerator, reference_denominator),
        wilson_upper(reference_numerator, reference_denominator, level)
    ) }}
{%- endmacro %}


{# The upper limit of a difference of two proportions. Arguments, null and source: as newcombe_lower. #}
{% macro newcombe_upper(numerator, denominator, reference_numerator, reference_denominator, level=95) -%}
    {{ mover_upper(
        proportion(numerator, denominator),
        wilson_upper(numerator, denominator, level),
        proportion(reference_numerator, reference_denominator),
        wilson_lower(reference_numerator, reference_denominator, level)
    ) }}
{%- endmacro %}


{#
    A ratio of two proportions.
    Arguments: numerator, denominator, counts of the group; reference_numerator, reference_denominator.
    Result: null where either proportion is, or the reference's is 0.
#}
{% macro risk_ratio(numerator, denominator, reference_numerator, reference_denominator) -%}
    ({{ proportion(numerator, denominator) }})
    / nullif({{ proportion(reference_numerator, reference_denominator) }}, 0)
{%- endmacro %}


{#
    The lower limit of a ratio of two proportions, on the logarithm.
    Arguments: as risk_ratio; level.
    Result: null where the ratio is, and where either numerator is 0.
    Source: Katz et al 1978.
#}
{% macro risk_ratio_lower(numerator, denominator, reference_numerator, reference_denominator, level=95) -%}
    {{ risk_ratio_limit('-', numerator, denominator, reference_numerator, reference_denominator, level) }}
{%- endmacro %}


{# The upper limit of a ratio of two proportions. Arguments, null and source: as risk_ratio_lower. #}
{% macro risk_ratio_upper(numerator, denominator, reference_numerator, reference_denominator, level=95) -%}
    {{ risk_ratio_limit('+', numerator, denominator, reference_numerator, reference_denominator, level) }}
{%- endmacro %}


{# Either limit of a ratio of two proportions. Arguments: side, '-' or '+'; the rest as risk_ratio_lower. #}
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


{#
    A ratio of two crude rates.
    Arguments: events, population, of the group; reference_events, reference_population.
    Result: null where either rate is, or the reference's is 0.
#}
{% macro rate_ratio(events, population, reference_events, reference_population) -%}
    ({{ crude_rate(events, population, 1) }})
    / nullif({{ crude_rate(reference_events, reference_population, 1) }}, 0)
{%- endmacro %}


{#
    The lower limit of a ratio of two crude rates, on the logarithm.
    Arguments: as rate_ratio; level.
    Result: null where the ratio is, and where either group has no event.
#}
{% macro rate_ratio_lower(events, population, reference_events, reference_population, level=95) -%}
    {{ rate_ratio_limit('-', events, population, reference_events, reference_population, level) }}
{%- endmacro %}


{# The upper limit of a ratio of two crude rates. Arguments and null: as rate_ratio_lower. #}
{% macro rate_ratio_upper(events, population, reference_events, reference_population, level=95) -%}
    {{ rate_ratio_limit('+', events, population, reference_events, reference_population, level) }}
{%- endmacro %}


{# Either limit of a ratio of two crude rates. Arguments: side, '-' or '+'; the rest as rate_ratio_lower. #}
{% macro rate_ratio_limit(side, events, population, reference_events, reference_population, level) -%}
    {%- set x, n = operand(events), operand(population) -%}
    {%- set y, m = operand(reference_events), operand(reference_population) -%}
    case
        when {{ x }} > 0 and {{ y }} > 0 and {{ n }} > 0 and {{ m }} > 0
            then {{ x }} / {{ n }} / ({{ y }} / {{ m }})
                * exp({{ side }} {{ normal_deviate(level) }} * sqrt(1e0 / {{ x }} + 1e0 / {{ y }}))
    end
{%- endmacro %}


{#
    A gap whose sign says who is worse off: positive when the deprived group is.
    Arguments: gap, deprived minus least deprived; polarity, 'lower_is_better', 'higher_is_better' or 'neither'.
    Result: null for 'neither', where nobody is worse off.
#}
{% macro adverse_gap(gap, polarity) -%}
    case {{ polarity }}
        when 'lower_is_better' then {{ operand(gap) }}
        when 'higher_is_better' then -{{ operand(gap) }}
    end
{%- endmacro %}
