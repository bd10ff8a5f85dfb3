{% macro original_values(table) -%}
    {%- set values = [] -%}
    {%- for column in extract_columns(table) -%}
        {%- do values.append('cast(received_' ~ column.name ~ ' as ' ~ dbt.type_string() ~ ')') -%}
    {%- endfor -%}
    case when rejection_reason is not null then {{ dbt.array_construct(values, dbt.type_string()) | trim }} end
{%- endmacro %}

{% macro list_item(list, number) %}{{ return(adapter.dispatch('list_item')(list, number)) }}{% endmacro %}
{% macro default__list_item(list, number) %}{{ list }}[{{ number }}]{% endmacro %}

{% macro rejected_rows(table) %}
    select
        {%- for column in extract_columns(table) %}
        {{ list_item('received', loop.index) }} as {{ column.name }},
        {%- endfor %}
        rejection_reason
    from {{ ref('base_' ~ table) }}
    where rejection_reason is not null
{% endmacro %}

{% macro nulls_last(columns) %}{{ columns | join(' nulls last, ') }} nulls last{% endmacro %}
