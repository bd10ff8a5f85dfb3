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


{#
    Pre-hook of a mart of patients: takes out of its earlier slices whoever has opted out since.
#}
{% macro delete_opted_out() -%}
    {%- set opted_out = ref('direct_care_only_patient') -%}
    {%- if is_incremental() and not is_direct_care() -%}
    delete from {{ this }} where patient_id in (select patient_id from {{ opted_out }})
    {%- endif -%}
{%- endmacro %}
