{% macro concentration_index(population, ridit, value) -%}
    {%- set n, y = operand(population), operand(value) -%}
    case
        when count(case when {{ n }} > 0 then 1 end) = count({{ y }} * nullif({{ n }}, 0))
            then 2 * sum({{ n }} * {{ y }} * {{ operand(ridit) }}) / nullif(sum({{ n }} * {{ y }}), 0) - 1
    end
{%- endmacro %}

{% macro concentration_index_standard_error(population, ridit, value, standard_error) -%}
    {%- set n, y, s = operand(population), operand(value), operand(standard_error) -%}
    {%- set index = '(' ~ concentration_index(population, ridit, value) ~ ')' -%}
    {%- set variance, rank = 'power(' ~ n ~ ' * ' ~ s ~ ', 2)', '(2 * ' ~ operand(ridit) ~ ' - 1)' -%}
    case
        when count(case when {{ n }} > 0 then 1 end) = count({{ y }} * {{ s }} * nullif({{ n }}, 0))
            then sqrt(greatest(
                0,
                sum({{ variance }} * power({{ rank }}, 2))
                - 2 * {{ index }} * sum({{ variance }} * {{ rank }})
                + power({{ index }}, 2) * sum({{ variance }})
            )) / nullif(abs(sum({{ n }} * {{ y }})), 0)
    end
{%- endmacro %}

{% macro concentration_index_lower(population, ridit, value, standard_error, level=95) -%}
    {{ concentration_index(population, ridit, value) }}
    - {{ normal_deviate(level) }} * {{ concentration_index_standard_error(population, ridit, value, standard_error) }}
{%- endmacro %}

{% macro concentration_index_upper(population, ridit, value, standard_error, level=95) -%}
    {{ concentration_index(population, ridit, value) }}
    + {{ normal_deviate(level) }} * {{ concentration_index_standard_error(population, ridit, value, standard_error) }}
{%- endmacro %}
