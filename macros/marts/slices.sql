{#
    The incremental strategy 'slice' of marts that keep one slice per as-of date: the slice of this
    run takes the place of the one that was there, even when it is empty (dbt's delete+insert deletes
    only the keys of new rows). It runs after dbt has added the columns of new searches: DuckDB does
    not commit a table that is altered after rows were deleted from it.
    Arguments: arguments, as dbt gives them to a strategy.
#}
{% macro get_incremental_slice_sql(arguments) %}
    {%- set columns = get_quoted_csv(arguments.dest_columns | map(attribute='name')) %}
    delete from {{ arguments.target_relation }} where as_of_date = {{ as_of_date() }};

    insert into {{ arguments.target_relation }} ({{ columns }})
    select {{ columns }} from {{ arguments.temp_relation }}
{% endmacro %}
