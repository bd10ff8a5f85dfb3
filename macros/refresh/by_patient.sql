{#
    The materialization of a model whose rows belong each to one patient and depend on no other patient: a table of
    which only the rows of changed patients are made again, if nothing else has changed. Otherwise, and with
    --full-refresh, the whole table is.

    So that a refresh is cheap, the model's SQL says with changed_patients_only where it reads rows of patients: a comment
    when the whole table is made, a condition in a refresh. What has been built from what is kept in
    the comment of the table (state_of_build), so a build that was stopped half-way, or of a part, does no harm: a table
    that does not stand at the earlier version of the extract is made whole.
    Another engine takes `materialized: table`, or adds its own materialization of this name.
#}
{% materialization by_patient, adapter='duckdb' %}
    {%- set table = load_cached_relation(this) -%}
    {%- set state = state_of_build(sql) -%}
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
        delete from {{ this }} where {{ is_changed_patient('patient_id') }};
        insert into {{ this }} by name
        select * from (
            {{ modules.re.sub('/\\* changed patients only: (.*?) \\*/', 'and ' ~ is_changed_patient('\\1'), sql) }}
        ) as refreshed
        where {{ is_changed_patient('patient_id') }}
    {%- endcall %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {%- do set_comment(this, state.definition ~ ' ' ~ state.version) -%}
    {{ return({'relations': [this]}) }}
{% endmaterialization %}


{#
    In the SQL of a model by patient: of the rows that it reads, those of changed patients.
    Arguments: patient_id, the column.
    Result: a comment, at whose place a refresh has `and` and a condition.
#}
{% macro changed_patients_only(patient_id) -%}
    /* changed patients only: {{ patient_id }} */
{%- endmacro %}


{# Whether a row belongs to a changed patient. Arguments: patient_id, the column. #}
{% macro is_changed_patient(patient_id) -%}
    {{ patient_key(patient_id) }} in (select patient_key from {{ relation_of('changed_patient') }})
{%- endmacro %}


{#
    From what a table is about to be built.
    Arguments: sql, of the model.
    Result: {definition, version, earlier_version, is_small_change}. The definition is a checksum of the SQL without the
    extract date, which moves with every extract (whose rows are dated after it is a part of the fingerprints), of the
    codelists and of the definitions of the staged tables that it reads; the versions are those of extract_version.
#}
{% macro state_of_build(sql) %}
    {% set parts = [sql.replace(date_variable('extract_date'), 'the extract date') if 'staging' in model.fqn else sql] %}
    {% for name in model.depends_on.nodes if name.startswith('seed.') %}
        {% do parts.append(graph.nodes[name].checksum.checksum) %}
    {% endfor %}
    {% if 'staging' not in model.fqn %}
        {% for table in ['condition', 'observation', 'vaccination', 'medication'] %}
            {% do parts.append((comment_of(relation_of('base_' ~ table)) or 'none').split(' ')[0]) %}
        {% endfor %}
    {% endif %}
    {% set version = run_query('select * from ' ~ relation_of('extract_version')).rows[0] %}
    {{ return({
        'definition': local_md5(parts | join(' ')),
        'version': version['version'],
        'earlier_version': version['earlier_version'],
        'is_small_change': 5 * version['changed_patients'] <= version['patients'],
    }) }}
{% endmacro %}


{#
    Whether only the rows of changed patients need to be made.
    Arguments: table, the relation that is there; state, of state_of_build.
#}
{% macro is_refresh(table, state) %}
    {% if table is none or table.type != 'table' or flags.FULL_REFRESH or not state.is_small_change %}
        {{ return(false) }}
    {% endif %}
    {{ return(comment_of(table) in [
        state.definition ~ ' ' ~ state.version, state.definition ~ ' ' ~ state.earlier_version,
    ]) }}
{% endmacro %}


{# The relation of a model that a macro reads without a line in the lineage: what reads it follows it by other ways. #}
{% macro relation_of(name) %}
    {% set node = graph.nodes['model.phm.' ~ name] %}
    {{ return(api.Relation.create(database=node.database, schema=node.schema, identifier=node.alias)) }}
{% endmacro %}


{# The comment of a table; none if it has none. #}
{% macro comment_of(relation) %}
    {% set found = run_query(
        "select comment from duckdb_tables() where database_name = '" ~ relation.database ~ "' and schema_name = '"
        ~ relation.schema ~ "' and table_name = '" ~ relation.identifier ~ "'"
    ) %}
    {{ return(found.rows[0][0] if found.rows | length else none) }}
{% endmacro %}

{# Sets it, at once. #}
{% macro set_comment(relation, comment) %}
    {% call statement('comment', auto_begin=false) %}
        comment on table {{ relation }} is '{{ comment }}'
    {% endcall %}
{% endmacro %}
