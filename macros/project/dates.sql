{% macro date_variable(name) -%}
    {%- if execute %}{% do context['check_question']() %}{% endif -%}
    {{ date_literal(iso_date(var(name), 'the variable ' ~ name)) }}
{%- endmacro %}

{% macro as_of_date() %}{{ date_variable('as_of_date') }}{% endmacro %}
{% macro date_literal(date) %}cast('{{ date }}' as date){% endmacro %}

{% macro iso_date(date, where) %}
    {% set text = date | string | trim %}
    {% set parts = modules.re.match('^([0-9]{4})-([0-9]{2})-([0-9]{2})$', text) %}
    {% if parts %}
        {% set year, month, day = parts.group(1) | int, parts.group(2) | int, parts.group(3) | int %}
        {% if year > 0 and 1 <= month <= 12 and 1 <= day <= days_in_month(year, month) | int %}
            {{ return(text) }}
        {% endif %}
    {% endif %}
    {% do stop(where ~ " is '" ~ text ~ "', which is not a date: give it as yyyy-mm-dd, for example 2026-10-31.") %}
{% endmacro %}

{% macro days_between(first, last) %}{{ dbt.datediff(first, last, 'day') | trim }}{% endmacro %}

{% macro days_in_month(year, month) %}
    {% set leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) %}
    {{ return([31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]) }}
{% endmacro %}

{% macro age_in_years(date_of_birth, on_date) -%}
    cast(
        extract(year from {{ on_date }}) - extract(year from {{ date_of_birth }})
        - case
            when
                extract(month from {{ on_date }}) * 100 + extract(day from {{ on_date }})
                < extract(month from {{ date_of_birth }}) * 100 + extract(day from {{ date_of_birth }})
                then 1
            else 0
        end as {{ dbt.type_int() }}
    )
{%- endmacro %}
