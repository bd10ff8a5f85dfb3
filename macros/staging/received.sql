{#
    The original values of a row as one list of texts, in the order of the contract, kept only where the row is rejected: what
    was accepted is not stored twice, and one column that is null nearly everywhere costs less than many.
    Arguments: table, its name in models/staging/extract.yml; the row's rejection_reason and
    received_<column> must be in scope.
#}
{% macro received(table) -%}
    {%- set values = [] -%}
    {%- for column in extract_columns(table) -%}
        {%- do values.append('cast(received_' ~ column.name ~ ' as ' ~ dbt.type_string() ~ ')') -%}
    {%- endfor -%}
    case when rejection_reason is not null then {{ dbt.array_construct(values, dbt.type_string()) | trim }} end
{%- endmacro %}


{# An item of a list; null of a list that is null. Arguments: list, an expression; number, of the item, from 1. #}
{% macro list_item(list, number) -%}
    {{ return(adapter.dispatch('list_item')(list, number)) }}
{%- endmacro %}

{% macro default__list_item(list, number) -%}
    {{ list }}[{{ number }}]
{%- endmacro %}


{#
    The rejected rows of one table with the columns and values of the file.
    Arguments: table, its name in models/staging/extract.yml.
    Result: a select on base_<table>.
#}
{% macro rejected_rows(table) %}
    select
        {%- for column in extract_columns(table) %}
        {{ list_item('received', loop.index) }} as {{ column.name }},
        {%- endfor %}
        rejection_reason
    from {{ ref('base_' ~ table) }}
    where rejection_reason is not null
{% endmacro %}


{#
    An order of rows that no two different rows share, whatever the engine does with nulls.
    Arguments: columns, a list of names, most important first.
#}
{% macro in_order(columns) -%}
    {{ columns | join(' nulls last, ') }} nulls last
{%- endmacro %}
