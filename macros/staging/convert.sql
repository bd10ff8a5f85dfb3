{% macro to_text(column) %}{{ return(adapter.dispatch('to_text')(column)) }}{% endmacro %}

{% macro duckdb__to_text(column) -%}
    case
        when
            {{ column }} < '!' or strlen({{ column }}) > length({{ column }})
            {%- for mark in edge_marks() if mark <= ' ' %} or suffix({{ column }}, '{{ mark }}'){% endfor %}
            then nullif(trim({{ column }}, '{{ edge_marks() }}'), '')
        else {{ column }}
    end
{%- endmacro %}

{% macro edge_marks() %}
    {% set marks = ['\t\n\x0b\x0c\r ', '\x85\xa0\xad', '\u1680\u180e', '\u2028\u2029\u202f\u205f\u2060\u3000\ufeff'] %}
    {% for point in range(0x2000, 0x2010) %}{% do marks.append('%c' | format(point)) %}{% endfor %}
    {{ return(marks | join) }}
{% endmacro %}

{% macro to_date(column) %}{{ return(adapter.dispatch('to_date')(column)) }}{% endmacro %}

{% macro duckdb__to_date(column) -%}
    {%- set text = to_text('cast(' ~ column ~ ' as ' ~ dbt.type_string() ~ ')') -%}
    case
        when {{ text }} not like '%:%' then {{ calendar_day(text) }}
        when regexp_matches({{ text }}, ':[0-9.]+ ?(Z|[+-][0-9]{2}(:?[0-9]{2})?)$') then {{ day_in_london(text) }}
        else {{ calendar_day('regexp_replace(' ~ text ~ ", '[ T:][0-9]{1,2}:.*$', '')") }}
    end
{%- endmacro %}

{% macro calendar_day(text) -%}
    case
        when {{ text }} like '____-__-__' then try_cast({{ text }} as date)
        when regexp_matches({{ text }}, '^[0-9]{8}$|[^0-9][0-9]{4}$')
            then cast(try_strptime({{ text }}, ['%Y%m%d', '%d/%m/%Y', '%d %b %Y', '%d-%b-%Y', '%d%b%Y']) as date)
    end
{%- endmacro %}

{% macro day_in_london(text) -%}
    {%- set with_seconds -%}
        regexp_replace(replace({{ text }}, ' +', '+'), '([ T][0-9]{2}:[0-9]{2})(Z|[+-])', '\1:00\2')
    {%- endset -%}
    cast(timezone('Europe/London', try_cast({{ with_seconds }} as timestamptz)) as date)
{%- endmacro %}

{% macro to_number(column) -%}
    {{ dbt.safe_cast(to_text('cast(' ~ column ~ ' as ' ~ dbt.type_string() ~ ')'), 'double') }}
{%- endmacro %}

{% macro to_boolean(column) -%}
    {%- set text = 'lower(' ~ to_text('cast(' ~ column ~ ' as ' ~ dbt.type_string() ~ ')') ~ ')' -%}
    case
        when {{ text }} in ('true', 't', 'yes', 'y', '1') then true
        when {{ text }} in ('false', 'f', 'no', 'n', '0') then false
    end
{%- endmacro %}

{% macro duckdb__safe_cast(field, type) %}try_cast({{ field }} as {{ type }}){% endmacro %}
