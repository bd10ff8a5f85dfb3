{% macro typed_rows(table, condition=none) %}
    {%- set columns = extract_columns(table) -%}
    {%- set typed = already_typed(table) -%}
    select
        {%- for column in columns %}
        {{ column.name if column.name in typed else typed_column(column) }} as {{ column.name }},
        {{ column.name }} as received_{{ column.name }},
        {%- endfor %}
        case
            {%- for column in columns if column.need == 'required' %}
            when {{ is_blank(column, typed) }} then 'missing {{ column.name }}'
            {%- endfor %}
            {%- for column in columns if column.type != 'text' and column.name not in typed %}
            when not {{ is_blank(column, typed) }} and {{ typed_column(column) }} is null
                then 'unparseable {{ column.name }}'
            {%- endfor %}
        end as form_reason
    from {{ source('extract', table) }}
    {%- if condition is not none %}
    where {{ condition }}
    {%- endif %}
{%- endmacro %}

{% macro typed_column(column) -%}
    {%- if column.type == 'date' -%}
    {{ to_date(column.name) }}
    {%- elif column.type == 'number' -%}
    {{ to_number(column.name) }}
    {%- elif column.type == 'boolean' -%}
    {{ to_boolean(column.name) }}
    {%- else -%}
    {{ to_text(column.name) }}
    {%- endif -%}
{%- endmacro %}

{% macro is_blank(column, typed) -%}
    {%- if column.name in typed -%}
    {{ column.name }} is null
    {%- elif column.type == 'text' -%}
    {{ to_text(column.name) }} is null
    {%- else -%}
    {{ to_text('cast(' ~ column.name ~ ' as ' ~ dbt.type_string() ~ ')') }} is null
    {%- endif -%}
{%- endmacro %}

{% macro already_typed(table) %}
    {% set types = {'date': ['DATE'], 'number': ['DOUBLE'], 'boolean': ['BOOLEAN']} %}
    {% set recorded = {} %}
    {% if execute %}
        {% for column in adapter.get_columns_in_relation(source('extract', table)) %}
            {% do recorded.update({column.name: column.data_type | upper}) %}
        {% endfor %}
    {% endif %}
    {% set typed = [] %}
    {% for column in extract_columns(table) if recorded.get(column.name) in types.get(column.type, []) %}
        {% do typed.append(column.name) %}
    {% endfor %}
    {{ return(typed) }}
{% endmacro %}
