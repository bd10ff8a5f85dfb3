{% macro to_text(column) -%}
    case when {{ column }} like ' %' or {{ column }} like '% ' or {{ column }} = ''
        then nullif(trim({{ column }}), '') else {{ column }} end
{%- endmacro %}

{% macro to_date(column) -%}
    {%- set text = 'trim(cast(' ~ column ~ ' as ' ~ dbt.type_string() ~ '))' -%}
    {%- set iso -%}
        case
            when {{ text }} like '____-__-__' then {{ text }}
            when {{ text }} like '____-__-__ __:%' or {{ text }} like '____-__-__T__:%'
                then substring({{ text }}, 1, 10)
            when {{ text }} like '________'
                then substring({{ text }}, 1, 4) || '-' || substring({{ text }}, 5, 2) || '-' || substring({{ text }}, 7, 2)
            when {{ text }} like '__/__/____'
                then substring({{ text }}, 7, 4) || '-' || substring({{ text }}, 4, 2) || '-' || substring({{ text }}, 1, 2)
            when {{ text }} like '__ ___ ____' or {{ text }} like '__-___-____'
                then substring({{ text }}, 8, 4) || '-' || case lower(substring({{ text }}, 4, 3))
                    {%- for month in ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'] %}
                    when '{{ month }}' then '{{ '%02d' | format(loop.index) }}'
                    {%- endfor %}
                end || '-' || substring({{ text }}, 1, 2)
        end
    {%- endset -%}
    {{ dbt.safe_cast(iso, 'date') }}
{%- endmacro %}

{% macro to_number(column) %}{{ dbt.safe_cast(column, 'double') }}{% endmacro %}

{% macro to_boolean(column) -%}
    {%- set text = 'lower(trim(cast(' ~ column ~ ' as ' ~ dbt.type_string() ~ ')))' -%}
    case
        when {{ text }} in ('true', 't', 'yes', 'y', '1') then true
        when {{ text }} in ('false', 'f', 'no', 'n', '0') then false
    end
{%- endmacro %}

{% macro duckdb__safe_cast(field, type) %}try_cast({{ field }} as {{ type }}){% endmacro %}
