{#
    What only an engine knows. Another adds its own `<engine>__` macros here. dbt's own macros for tables and
    columns may open a transaction, which a hook does not end.
#}

{# Whether there is such a table or view. #}
{% macro is_there(relation) %}{{ return(adapter.dispatch('is_there')(relation)) }}{% endmacro %}

{% macro duckdb__is_there(relation) %}
    {{ return(run_query(
        "select 1 from information_schema.tables where table_catalog = current_database() and table_schema = '"
        ~ relation.schema ~ "' and table_name = '" ~ relation.identifier ~ "'"
    ).rows | length > 0) }}
{% endmacro %}


{# The columns of a table or view: {name: type}, in lower case. #}
{% macro columns_of(relation) %}
    {% set columns = {} %}
    {% for row in run_query('describe ' ~ relation).rows %}{% do columns.update({row[0]: row[1] | lower}) %}{% endfor %}
    {{ return(columns) }}
{% endmacro %}


{# The statement that puts rows in the place of a table. Arguments: table; columns and lines, as in `values`. #}
{% macro replace_table(table, columns, lines) %}
    {{ return(adapter.dispatch('replace_table')(table, columns, lines)) }}
{% endmacro %}

{% macro duckdb__replace_table(table, columns, lines) %}
    {{ return(
        'create or replace table ' ~ table ~ ' as select * from (values ' ~ lines ~ ') as noted (' ~ columns ~ ')'
    ) }}
{% endmacro %}


{# A whole number that stands for the values of a row. In another version of the engine it may be another one. #}
{% macro row_hash(columns) %}{{ return(adapter.dispatch('row_hash')(columns)) }}{% endmacro %}

{% macro duckdb__row_hash(columns) %}{{ return('hash(' ~ columns | join(', ') ~ ')') }}{% endmacro %}


{#
    Checksums of files by what is in them, a line each: checksum, size, time of last change, path.
    Arguments: files, their paths; known, an earlier result: a file of that path, size and time is not read again.
#}
{% macro file_checksums(files, known) %}{{ return(adapter.dispatch('file_checksums')(files, known)) }}{% endmacro %}

{% macro duckdb__file_checksums(files, known) %}
    {{ return(run_query(
        'select file_checksums(' ~ text_literal(files | join('\n')) ~ ', ' ~ text_literal(known) ~ ')'
    ).rows[0][0]) }}
{% endmacro %}
