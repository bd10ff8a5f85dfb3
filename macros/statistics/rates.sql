{% macro byar_lower(events, level=95) -%}
    {%- set o = operand(events) -%}
    case
        when {{ o }} >= 10 then {{ byar_approximation_lower(events, level) }}
        {%- for limits in exact_limits(level).split() %}
        when {{ o }} = {{ loop.index0 }} then {{ limits.split(':')[0] }}
        {%- endfor %}
    end
{%- endmacro %}

{% macro byar_upper(events, level=95) -%}
    {%- set o = operand(events) -%}
    case
        when {{ o }} >= 10 then {{ byar_approximation_upper(events, level) }}
        {%- for limits in exact_limits(level).split() %}
        when {{ o }} = {{ loop.index0 }} then {{ limits.split(':')[1] }}
        {%- endfor %}
    end
{%- endmacro %}

{% macro byar_approximation_lower(events, level) -%}
    {%- set o, z = operand(events), normal_deviate(level) -%}
    {{ o }} * power(1 - 1e0 / (9 * {{ o }}) - {{ z }} / (3 * sqrt({{ o }})), 3)
{%- endmacro %}

{% macro byar_approximation_upper(events, level) -%}
    {%- set o, z = operand(events), normal_deviate(level) -%}
    ({{ o }} + 1) * power(1 - 1e0 / (9 * ({{ o }} + 1)) + {{ z }} / (3 * sqrt({{ o }} + 1)), 3)
{%- endmacro %}

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

{% macro crude_rate(events, population, multiplier=100000) -%}
    {%- set o, n = operand(events), operand(population) -%}
    case when {{ n }} > 0 and {{ o }} >= 0 then {{ operand(multiplier) }} * ({{ o }} / {{ n }}) end
{%- endmacro %}

{% macro crude_rate_lower(events, population, multiplier=100000, level=95) -%}
    {%- set n = operand(population) -%}
    case
        when {{ n }} > 0
            then {{ operand(multiplier) }} * ({{ byar_lower(events, level) | indent(12) }}) / {{ n }}
    end
{%- endmacro %}

{% macro crude_rate_upper(events, population, multiplier=100000, level=95) -%}
    {%- set n = operand(population) -%}
    case
        when {{ n }} > 0
            then {{ operand(multiplier) }} * ({{ byar_upper(events, level) | indent(12) }}) / {{ n }}
    end
{%- endmacro %}
