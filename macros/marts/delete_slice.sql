{#
    Pre-hook of a mart that keeps one slice per as-of date: takes out the slice that this run is
    about to write. (dbt's delete+insert deletes only the keys of new rows, so a slice that has
    become empty would stay.)
#}
{% macro delete_slice() -%}
    {%- if is_incremental() -%}
    delete from {{ this }} where as_of_date = {{ as_of_date() }}
    {%- endif -%}
{%- endmacro %}
