{#
    From what a file holds to a typed value: null where there is nothing, and null where it cannot
    be read (which typed_rows then reports as unparseable). Each works on text and on a column that
    already has the type.
#}

{# Text without surrounding blanks; empty text is null. #}
{% macro to_text(column) -%}
    nullif(trim({{ column }}), '')
{%- endmacro %}

{# An ISO date, yyyy-mm-dd. Other orders are refused: 01/02/2026 has two meanings. #}
{% macro to_date(column) -%}
    case
        when trim(cast({{ column }} as {{ dbt.type_string() }})) like '____-__-__'
            then {{ dbt.safe_cast(column, 'date') }}
    end
{%- endmacro %}

{# A number, as double precision. #}
{% macro to_number(column) -%}
    {{ dbt.safe_cast(column, 'double') }}
{%- endmacro %}

{# true/false, t/f, yes/no, y/n or 1/0, in any case. #}
{% macro to_boolean(column) -%}
    {%- set text = 'lower(trim(cast(' ~ column ~ ' as ' ~ dbt.type_string() ~ ')))' -%}
    case
        when {{ text }} in ('true', 't', 'yes', 'y', '1') then true
        when {{ text }} in ('false', 'f', 'no', 'n', '0') then false
    end
{%- endmacro %}

{# Null instead of an error where the value cannot be cast (dbt's own default raises on DuckDB). #}
{% macro duckdb__safe_cast(field, type) -%}
    try_cast({{ field }} as {{ type }})
{%- endmacro %}
