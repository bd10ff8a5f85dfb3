{#
    Every row of one table of the extract, with its columns typed by the contract, and the first
    thing about its form that is wrong. A column that the file already has in its type (Parquet) is taken as it is.
    Arguments: table, its name in models/staging/extract.yml; condition, on the columns of the file, none for every row.
    Result: a select with the contract's columns; the same columns as received, named
    `received_<column>`; and form_reason: `missing <column>`, `unparseable <column>` or null.
#}
{% macro typed_rows(table, condition=none) %}
    {%- set columns = extract_columns(table) -%}
    {%- set typed = already_typed(table) -%}
    select
        {%- for column in columns %}
        {{ column.name if column.name in typed else converted(column) }} as {{ column.name }},
        {{ column.name }} as received_{{ column.name }},
        {%- endfor %}
        case
            {%- for column in columns if column.need == 'required' %}
            when {{ nothing_in(column, typed) }} then 'missing {{ column.name }}'
            {%- endfor %}
            {%- for column in columns if column.type != 'text' and column.name not in typed %}
            when not {{ nothing_in(column, typed) }} and {{ converted(column) }} is null
                then 'unparseable {{ column.name }}'
            {%- endfor %}
        end as form_reason
    from {{ source('extract', table) }}
    {%- if condition is not none %}
    where {{ condition }}
    {%- endif %}
{%- endmacro %}


{# A column of the file in the type that the contract gives it. Arguments: column, of extract_columns. #}
{% macro converted(column) -%}
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


{# Whether a value is null or blank. Arguments: column, of extract_columns; typed, of already_typed. #}
{% macro nothing_in(column, typed) -%}
    {%- if column.name in typed -%}
    {{ column.name }} is null
    {%- elif column.type == 'text' -%}
    {{ to_text(column.name) }} is null
    {%- else -%}
    {{ to_text('cast(' ~ column.name ~ ' as ' ~ dbt.type_string() ~ ')') }} is null
    {%- endif -%}
{%- endmacro %}


{#
    The columns of a table of the extract that are dates, numbers or booleans in the file already: parsing
    them once more costs more than all else in staging.
    Arguments: table, its name in models/staging/extract.yml.
    Result: a list of names; none where the view of the file does not exist (in a unit test, or before the first run).
#}
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
