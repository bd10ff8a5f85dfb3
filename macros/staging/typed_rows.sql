{#
    Every row of one table of the extract, with its columns typed by the contract, and the first
    thing about its form that is wrong.
    Arguments: table, its name in models/staging/extract.yml.
    Result: a select with the contract's columns; the same columns as received, as text, named
    `received_<column>`; and form_reason: `missing <column>`, `unparseable <column>` or null.
#}
{% macro typed_rows(table) %}
    {%- set converters = {'text': to_text, 'date': to_date, 'number': to_number, 'boolean': to_boolean} -%}
    {%- set columns = extract_columns(table) -%}
    select
        {%- for column in columns %}
        {{ converters[column.type](column.name) }} as {{ column.name }},
        cast({{ column.name }} as {{ dbt.type_string() }}) as received_{{ column.name }},
        {%- endfor %}
        case
            {%- for column in columns if column.need == 'required' %}
            when {{ to_text('cast(' ~ column.name ~ ' as ' ~ dbt.type_string() ~ ')') }} is null
                then 'missing {{ column.name }}'
            {%- endfor %}
            {%- for column in columns if column.type != 'text' %}
            when
                {{ to_text('cast(' ~ column.name ~ ' as ' ~ dbt.type_string() ~ ')') }} is not null
                and {{ converters[column.type](column.name) }} is null
                then 'unparseable {{ column.name }}'
            {%- endfor %}
        end as form_reason
    from {{ source('extract', table) }}
{%- endmacro %}
