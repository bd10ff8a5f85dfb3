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


{#
    Pre-hook of a dimension that had no slices in version 0.1.0: gives each date of another mart the rows that belong to it, in the
    words of the last build, since none of earlier ones were kept.
    Arguments: mart, a table beside it that has slices; key, the column in common.
#}
{% macro give_slices_of(mart, key) -%}
    {%- if is_incremental() and 'as_of_date' not in adapter.get_columns_in_relation(this) | map(attribute='name') -%}
    {%- set before, slices = this.incorporate(path={'identifier': this.identifier ~ '__before'}), this.incorporate(path={'identifier': mart}) -%}
    alter table {{ this }} rename to {{ before.identifier }};
    create table {{ this }} as
    select
        slice.as_of_date,
        before.*
    from {{ before }} as before
    inner join (
        select
            as_of_date,
            {{ key }}
        from {{ slices }}
        group by as_of_date, {{ key }}
    ) as slice on before.{{ key }} = slice.{{ key }};
    drop table {{ before }}
    {%- endif -%}
{%- endmacro %}


{#
    Post-hook of a mart of patients: takes out of its earlier slices whoever has opted out since.
#}
{% macro delete_opted_out() -%}
    {%- set opted_out = ref('direct_care_only_patient') -%}
    {%- if is_incremental() and not is_direct_care() -%}
    delete from {{ this }} where patient_id in (select patient_id from {{ opted_out }})
    {%- endif -%}
{%- endmacro %}
