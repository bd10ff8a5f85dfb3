{% macro get_incremental_slice_sql(arguments) %}
    {%- set columns = get_quoted_csv(arguments.dest_columns | map(attribute='name')) %}
    delete from {{ arguments.target_relation }} where as_of_date = {{ as_of_date() }};

    insert into {{ arguments.target_relation }} ({{ columns }})
    select {{ columns }} from {{ arguments.temp_relation }}
{% endmacro %}

{% macro give_slices_of(mart, key, own_key=none, columns=[]) -%}
    {%- if is_incremental() and 'as_of_date' not in adapter.get_columns_in_relation(this) | map(attribute='name') -%}
    {%- set before = this.incorporate(path={'identifier': this.identifier ~ '__before'}) -%}
    {%- set keys = (['as_of_date', key] + columns) | join(', ') -%}
    alter table {{ this }} rename to {{ before.identifier }};
    create table {{ this }} as
    select
        slice.as_of_date,
        before.*
        {%- for column in columns %},
        slice.{{ column }}
        {%- endfor %}
    from {{ before }} as before
    inner join (
        select {{ keys }} from {{ this.incorporate(path={'identifier': mart}) }} group by {{ keys }}
    ) as slice on before.{{ own_key or key }} = slice.{{ key }};
    drop table {{ before }}
    {%- endif -%}
{%- endmacro %}
