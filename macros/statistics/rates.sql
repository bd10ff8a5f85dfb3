{#
    Counts of events and crude rates. From 10 events on the limits of a count are Byar's approximation,
    below they are exact (half a chi-squared quantile, from a table, as no engine has the function).
    Source: Breslow and Day 1987; Public Health England, Technical guide: confidence intervals, 2018.
#}

{#
    The lower limit of a count, the mean of a Poisson distribution.
    Arguments: events, a count; level.
    Result: null for a negative count, and for one below 10 that is not whole.
#}
{% macro byar_lower(events, level=95) -%}
    {%- set o = operand(events) -%}
    case
        when {{ o }} >= 10 then {{ byar_approximation_lower(events, level) }}
        {%- for limits in exact_limits(level).split() %}
        when {{ o }} = {{ loop.index0 }} then {{ limits.split(':')[0] }}
        {%- endfor %}
    end
{%- endmacro %}


{#
    The upper limit of a count, the mean of a Poisson distribution.
    Arguments: events, a count; level.
    Result: null for a negative count, and for one below 10 that is not whole.
#}
{% macro byar_upper(events, level=95) -%}
    {%- set o = operand(events) -%}
    case
        when {{ o }} >= 10 then {{ byar_approximation_upper(events, level) }}
        {%- for limits in exact_limits(level).split() %}
        when {{ o }} = {{ loop.index0 }} then {{ limits.split(':')[1] }}
        {%- endfor %}
    end
{%- endmacro %}


{# Byar's approximation to the lower limit of a count. Arguments: events, 10 or more; level. #}
{% macro byar_approximation_lower(events, level) -%}
    {%- set o, z = operand(events), normal_deviate(level) -%}
    {{ o }} * power(1 - 1e0 / (9 * {{ o }}) - {{ z }} / (3 * sqrt({{ o }})), 3)
{%- endmacro %}


{# Byar's approximation to the upper limit of a count. Arguments: events, 10 or more; level. #}
{% macro byar_approximation_upper(events, level) -%}
    {%- set o, z = operand(events), normal_deviate(level) -%}
    ({{ o }} + 1) * power(1 - 1e0 / (9 * ({{ o }} + 1)) + {{ z }} / (3 * sqrt({{ o }} + 1)), 3)
{%- endmacro %}


{#
    The exact limits of 0 to 9 events, lower:upper, in this order: lower solves P(X >= events) = (1 - level) / 2,
    upper P(X <= events) = (1 - level) / 2. Computed with mpmath at 40 digits and rounded to double precision;
    scipy's chi2.ppf gives the same to 1e-15.
#}
{% macro exact_limits(level) -%}
    {%- set known = {
        95: '
            0e0:3.6888794541139363e0
            0.025317807984289876e0:5.571643390938899e0
            0.2422092785439649e0:7.224687667723961e0
            0.6186721228956013e0:8.767273069742327e0
            1.0898653736263249e0:10.241588675403698e0
            1.6234863901184204e0:11.668332079322669e0
            2.2018942534908508e0:13.059474022518685e0
            2.814363051519866e0:14.42267536170238e0
            3.4538321767485014e0:15.763189220193315e0
            4.115373097378332e0:17.08480345141917e0
        ',
        99.8: '
            0e0:6.907755278982137e0
            0.0010005003335835335e0:9.233413476451586e0
            0.04540201776948956e0:11.228872242412663e0
            0.1905333775684032e0:13.062240779188071e0
            0.42855241362842295e0:14.794149222537209e0
            0.7393717319178326e0:16.45474520368011e0
            1.1071046602556394e0:18.06163684019907e0
            1.520336260398809e0:19.62617739538424e0
            1.9708139217403657e0:21.15619816583998e0
            2.452424404363775e0:22.65737330906293e0
        ',
    } -%}
    {{ known[level] }}
{%- endmacro %}


{#
    A crude rate.
    Arguments: events, a count; population, patients or person-years; multiplier, per how many.
    Result: per multiplier; null if the population is not above 0 or the count is negative.
#}
{% macro crude_rate(events, population, multiplier=100000) -%}
    {%- set o, n = operand(events), operand(population) -%}
    case when {{ n }} > 0 and {{ o }} >= 0 then {{ operand(multiplier) }} * ({{ o }} / {{ n }}) end
{%- endmacro %}


{#
    The lower limit of a crude rate.
    Arguments: as crude_rate; level.
    Result: null where the rate is, and where the limits of the count are.
#}
{% macro crude_rate_lower(events, population, multiplier=100000, level=95) -%}
    {%- set n = operand(population) -%}
    case
        when {{ n }} > 0
            then {{ operand(multiplier) }} * ({{ byar_lower(events, level) | indent(12) }}) / {{ n }}
    end
{%- endmacro %}


{#
    The upper limit of a crude rate.
    Arguments: as crude_rate; level.
    Result: null where the rate is, and where the limits of the count are.
#}
{% macro crude_rate_upper(events, population, multiplier=100000, level=95) -%}
    {%- set n = operand(population) -%}
    case
        when {{ n }} > 0
            then {{ operand(multiplier) }} * ({{ byar_upper(events, level) | indent(12) }}) / {{ n }}
    end
{%- endmacro %}
