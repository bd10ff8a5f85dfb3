{#
    The materialization of a model whose rows belong each to one patient and depend on no other patient: a table of
    which only the rows of changed patients are made again, if nothing else has changed. Otherwise, and with
    --full-refresh, the whole table is.

    So that a refresh is cheap, the model's SQL says where it reads rows of patients (of_changed_patients, of_this_build):
    comments when the whole table is made, conditions in a refresh. What has been built from what is kept in
    the comment of the table (state_of_build), so a build that was stopped half-way, or of a part, does no harm: a table
    that does not stand at the earlier version of the extract is made whole.
    Another engine takes `materialized: table`, or adds its own materialization of this name.
#}
{% materialization by_patient, adapter='duckdb' %}
    {%- set table = load_cached_relation(this) -%}
    {%- set state = state_of_build(sql, table) -%}
    {%- if not is_refresh(table, state) -%}
        {%- set result = materialization_table_duckdb() -%}
        {%- do set_comment(this, state.definition ~ ' ' ~ state.version) -%}
        {{ return(result) }}
    {%- endif -%}

    {#- DuckDB commits no table that is altered and changed at once. In between the table has no state. -#}
    {%- do set_comment(this, '') -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {% call statement('main') -%}
        {{ refresh_statements(sql, state.build_number) }}
    {%- endcall %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {%- do set_comment(this, state.definition ~ ' ' ~ state.version) -%}
    {{ return({'relations': [this]}) }}
{% endmaterialization %}


{#
    What a refresh does: takes the rows of changed patients out, and puts in those that the model's SQL now gives them.
    Arguments: sql, of the model; build_number, of extract_version.
#}
{% macro refresh_statements(sql, build_number) %}
    {%- set text = namespace(sql=modules.re.sub(
        '/\\* of this build: (\\S+) \\*/', 'and \\1 = ' ~ build_number, sql
    )) -%}
    {%- set relations = modules.re.findall('(\\S+) /\\* of changed patients \\*/', sql) | unique | list -%}
    {%- for relation in relations %}
        {%- set rows = this.identifier ~ '_reads_' ~ loop.index %}
        create or replace temp table {{ rows }} as
        select * from {{ relation }}
        where {{ is_changed_patient('patient_id') }};
        {%- set text.sql = text.sql.replace(relation ~ ' /* of changed patients */', rows) %}
    {%- endfor %}
    delete from {{ this }}
    where {{ is_changed_patient('patient_id') }};
    insert into {{ this }} by name
    select * from (
        {{ text.sql }}
    ) as refreshed
    where {{ is_changed_patient('patient_id') }};
    {%- for relation in relations %}
    drop table {{ this.identifier }}_reads_{{ loop.index }};
    {%- endfor %}
{% endmacro %}


{#
    In the SQL of a model by patient, a relation of which a refresh reads only the rows of changed patients. It scans all of
    its column patient_id.
#}
{% macro of_changed_patients(relation) -%}
    {{ relation }}{{ ' /* of changed patients */' if model.config.materialized == 'by_patient' }}
{%- endmacro %}


{#
    In the SQL of a model by patient, after `where` and another condition on staged events: of a refresh only those that
    were made by it, which are those of changed patients. The engine knows without a scan where they are.
    Arguments: build_number, the column.
#}
{% macro of_this_build(build_number) -%}
    {{ '/* of this build: ' ~ build_number ~ ' */' if model.config.materialized == 'by_patient' }}
{%- endmacro %}


{# Whether a row belongs to a changed patient. Arguments: patient_id, the column. #}
{% macro is_changed_patient(patient_id) -%}
    {{ patient_key(patient_id) }} in (select patient_key from {{ relation_of('model.phm.changed_patient') }})
{%- endmacro %}
