{#
    At the end of every dbt command: after a whole `dbt build` in which everything passed, the models of the
    schemas `marts` and `published` are copied to a new version of the published folder, which then takes the
    place of the one before in one step (tools/published_folder.py). Readers never open the warehouse, and
    nothing ever writes to a file that they open.
    Arguments: results, of dbt.
    Result: the statements that publish, or none. If one of them fails, so does the build, and readers keep what
    they have.
#}
{% macro publish(results) %}
    {% if execute and flags.WHICH == 'build' %}
        {% set reason = reason_not_to_publish(results) %}
        {% if reason %}
            {% do log('Not published, because ' ~ reason ~ ': ' ~ published_folder() ~ ' is as it was', info=true) %}
        {% else %}
            {% do log('Publishing to ' ~ published_folder(), info=true) %}
            {{ return(adapter.dispatch('publish_statements')(published_relations())) }}
        {% endif %}
    {% endif %}
{% endmacro %}


{# Where the published versions are: PHM_PUBLISHED_DIR, or a folder beside the warehouse, named as it is. #}
{% macro published_folder() %}
    {{ return(env_var('PHM_PUBLISHED_DIR', modules.re.sub('\\.\\w+$', '', target.path) ~ '_published').replace('\\', '/')) }}
{% endmacro %}


{# Why a build may not be published, in words; none if all of the project was built and passed. #}
{% macro reason_not_to_publish(results) %}
    {% set passed = results | selectattr('status', 'in', ['success', 'pass', 'warn']) | map(attribute='node.unique_id') | list %}
    {% set all = graph.unit_tests | list %}
    {% for node in graph.nodes.values() if node.resource_type in ['model', 'seed', 'snapshot', 'test'] %}
        {% do all.append(node.unique_id) if node.config.materialized != 'ephemeral' %}
    {% endfor %}
    {% if passed | length < results | length %}
        {{ return('not everything passed') }}
    {% elif all | reject('in', passed) | list %}
        {{ return('only a part was built') }}
    {% elif invocation_args_dict.empty or invocation_args_dict.sample %}
        {{ return('only a sample was built') }}
    {% endif %}
    {{ return(none) }}
{% endmacro %}


{#
    What is published, by who may read it: {'patient_level', 'aggregate', 'disclosure_controlled': relations}.
    A mart that has a column patient_id is patient level, any other an aggregate; the schema `published` is
    disclosure controlled, and only it may leave the secure environment.
#}
{% macro published_relations() %}
    {% set parts = {'patient_level': [], 'aggregate': [], 'disclosure_controlled': []} %}
    {% for node in graph.nodes.values() | selectattr('resource_type', 'equalto', 'model') | sort(attribute='name') %}
        {% if node.schema in ['marts', 'published'] %}
            {% set relation = api.Relation.create(database=node.database, schema=node.schema, identifier=node.alias) %}
            {% set is_patient_level = 'patient_id' in adapter.get_columns_in_relation(relation) | map(attribute='name') %}
            {% if is_patient_level and node.schema == 'published' %}
                {{ exceptions.raise_compiler_error(
                    node.original_file_path ~ ' has a column patient_id, and nothing about single patients may leave: remove it.'
                ) }}
            {% endif %}
            {% do parts[
                'disclosure_controlled' if node.schema == 'published' else
                'patient_level' if is_patient_level else 'aggregate'
            ].append(relation) %}
        {% endif %}
    {% endfor %}
    {{ return(parts) }}
{% endmacro %}


{# Another engine keeps its tables where several may read and write them: nothing to do. #}
{% macro default__publish_statements(parts) %}
    {{ return('') }}
{% endmacro %}

{% macro duckdb__publish_statements(parts) %}
    {%- set folder = published_folder() -%}
    {%- set unfinished = folder ~ '/versions/unfinished' -%}
    {%- set version = 'as_of_' ~ var('as_of_date') ~ '_extract_' ~ var('extract_date') ~ '_built_'
        ~ run_started_at.strftime('%Y%m%dT%H%M%S') ~ '_' ~ invocation_id[:8] -%}
    detach database if exists publishing;
    select publish_prepare({{ text_literal(folder) }}, '{{ parts | join(' ') }}');
    {%- for part, relations in parts.items() if relations %}
    attach {{ text_literal(unfinished ~ '/' ~ part ~ '/phm_' ~ part ~ '.duckdb') }} as publishing;
        {%- for relation in relations %}
    create schema if not exists publishing.{{ relation.schema }};
    create table publishing.{{ relation.include(database=false) }} as from {{ relation }};
    copy {{ relation }} to {{ text_literal(unfinished ~ '/' ~ part ~ '/' ~ relation.identifier ~ '.parquet') }} (format parquet);
        {%- endfor %}
    create table publishing.about as {{ about_published(version, relations) }};
    create table publishing.about_tables as
        {%- for relation in relations %}
        select '{{ relation.schema }}.{{ relation.identifier }}' as table_name, count(*) as rows from {{ relation }}
        {{- ' union all' if not loop.last }}
        {%- endfor %};
    copy (
        select about.*, (select list(about_tables order by table_name) from publishing.about_tables) as tables
        from publishing.about
    ) to {{ text_literal(unfinished ~ '/' ~ part ~ '/about.json') }} (format json);
    detach publishing;
    {%- endfor %}
    copy ({{ about_published(version, parts.values() | sum(start=[])) }}) to {{ text_literal(unfinished ~ '/about.json') }} (format json);
    select publish_switch({{ text_literal(folder) }}, {{ text_literal(version) }});
{% endmacro %}


{#
    What is published: one row.
    Arguments: version, its name; relations, whose slices make up as_of_dates.
#}
{% macro about_published(version, relations) %}
    {%- set sliced = [] -%}
    {%- for relation in relations if 'as_of_date' in adapter.get_columns_in_relation(relation) | map(attribute='name') -%}
        {%- do sliced.append('select as_of_date from ' ~ relation) -%}
    {%- endfor -%}
    select
        {{ text_literal(version) }} as version,
        {{ as_of_date() }} as as_of_date,
        {% if sliced -%}
        (select string_agg(distinct as_of_date, ', ' order by as_of_date) from ({{ sliced | join(' union ') }})) as as_of_dates,
        {% endif -%}
        {{ text_literal(extract_folder()) }} as extract_folder,
        {{ text_literal(var('extract_date')) }} as extract_date,
        {{ text_literal(var('purpose')) }} as purpose,
        {{ text_literal(var('disclosure_policy')) if var('disclosure_policy', none) else 'cast(null as varchar)' }} as disclosure_policy,
        publish_commit() as project_commit,
        {{ text_literal(run_started_at.strftime('%Y-%m-%d %H:%M:%S UTC')) }} as built_at,
        {{ text_literal(dbt_version) }} as dbt_version
{%- endmacro %}
