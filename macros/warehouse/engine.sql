{% macro relation_exists(relation) %}{{ return(adapter.dispatch('relation_exists')(relation)) }}{% endmacro %}

{% macro duckdb__relation_exists(relation) %}
    {{ return(run_query(
        "select 1 from information_schema.tables where table_catalog = current_database() and table_schema = '"
        ~ relation.schema ~ "' and table_name = '" ~ relation.identifier ~ "'"
    ).rows | length > 0) }}
{% endmacro %}

{% macro columns_of(relation) %}
    {% set columns = {} %}
    {% for row in run_query('describe ' ~ relation).rows %}{% do columns.update({row[0]: row[1] | lower}) %}{% endfor %}
    {{ return(columns) }}
{% endmacro %}

{% macro replace_table(table, columns, lines) %}
    {{ return(adapter.dispatch('replace_table')(table, columns, lines)) }}
{% endmacro %}

{% macro duckdb__replace_table(table, columns, lines) %}
    {{ return(
        'create or replace table ' ~ table ~ ' as select * from (values ' ~ lines ~ ') as noted (' ~ columns ~ ')'
    ) }}
{% endmacro %}

{% macro row_hash(columns) %}{{ return(adapter.dispatch('row_hash')(columns)) }}{% endmacro %}
{% macro duckdb__row_hash(columns) %}{{ return('hash(' ~ columns | join(', ') ~ ')') }}{% endmacro %}
{% macro file_checksums(files, known) %}{{ return(adapter.dispatch('file_checksums')(files, known)) }}{% endmacro %}

{% macro duckdb__file_checksums(files, known) %}
    {{ return(run_query(
        'select file_checksums(' ~ text_literal(files | join('\n')) ~ ', ' ~ text_literal(known) ~ ')'
    ).rows[0][0]) }}
{% endmacro %}
