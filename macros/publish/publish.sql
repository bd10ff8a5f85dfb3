{#
    At the end of every dbt command: after a whole `dbt build` in which everything passed, the models of the
    schemas `marts` and `published` are copied to a new version of the published folder, which then takes the
    place of the one before in one step (tools/published_folder.py). Readers never open the warehouse, and
    nothing ever writes to a file that they open.
    Arguments: results, of dbt.
    Result: the statements that publish, or none. If one of them fails, so does the build, and readers keep what they
    have. On an engine that several may read and write at once there is nothing to copy.
#}
{% macro publish(results) %}
    {% if execute and flags.WHICH == 'build' and target.type == 'duckdb' %}
        {% set reason = reason_not_to_publish(results) %}
        {% if reason %}
            {% do log(
                'Not published, because ' ~ reason ~ ': ' ~ published_folder() ~ ' is as it was', info=true
            ) %}
        {% else %}
            {% do log('Publishing to ' ~ published_folder(), info=true) %}
            {{ return(publish_statements(published_tables(is_released(results)), is_released(results))) }}
        {% endif %}
    {% endif %}
{% endmacro %}


{# Where the published versions are: PHM_PUBLISHED_DIR, or a folder beside the warehouse, named as it is. #}
{% macro published_folder() %}
    {% set beside = modules.re.sub('\\.\\w+$', '', target.path) ~ '_published' %}
    {{ return(env_var('PHM_PUBLISHED_DIR', beside).replace('\\', '/')) }}
{% endmacro %}


{#
    Why a build may not be published, in words; none if all of the project was built and passed, or all but what only
    a whole build does (`dbt build --selector refresh`): the release, and the tests of definitions.
#}
{% macro reason_not_to_publish(results) %}
    {# An exposure is among the results as well, and there is nothing to do for it. #}
    {% set good = results | selectattr('status', 'in', ['success', 'pass', 'warn', 'no-op']) %}
    {% set passed = good | map(attribute='node.unique_id') | list %}
    {% set is_released = is_released(results) %}
    {% set left_out = [] if is_released else nodes_of_a_whole_build() %}
    {% set all = graph.unit_tests | list if is_released else [] %}
    {% for node in graph.nodes.values() if node.resource_type in ['model', 'seed', 'snapshot', 'test'] %}
        {% if node.config.materialized != 'ephemeral' and node.unique_id not in left_out %}
            {% do all.append(node.unique_id) %}
        {% endif %}
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


{# What has the tag whole_build (dbt_project.yml), and the tests that read models that have. #}
{% macro nodes_of_a_whole_build() %}
    {% set left_out = [] %}
    {# models come before tests #}
    {% for node in graph.nodes.values() | sort(attribute='resource_type') %}
        {% if node.fqn[1] in ['disclosure_control', 'published'] or node.depends_on.nodes | select('in', left_out) | list %}
            {% do left_out.append(node.unique_id) %}
        {% endif %}
    {% endfor %}
    {{ return(left_out) }}
{% endmacro %}


{# Whether this build made something of the release; what may leave stays as it was otherwise. #}
{% macro is_released(results) %}
    {% for result in results if result.node.resource_type == 'model' and result.node.fqn[1] in ['disclosure_control', 'published'] %}
        {{ return(true) }}
    {% endfor %}
    {{ return(false) }}
{% endmacro %}


{#
    What is published, by who may read it: {'patient_level', 'aggregate', 'disclosure_controlled': tables},
    without those that have none. A table is {relation, is_sliced}.
    What has a column patient_id is patient level, whatever its schema; the rest of `marts` are aggregates; the
    rest of `published` is disclosure controlled, and only it may leave the secure environment.
    Arguments: is_released, whether the schema `published` is to be published too.
#}
{% macro published_tables(is_released) %}
    {% set schemas = "'marts', 'published'" if is_released else "'marts'" %}
    {% set columns = {} %}
    {% for schema, table, names in run_query("
        select table_schema, table_name, ' ' || string_agg(column_name, ' ') || ' '
        from information_schema.columns
        where table_catalog = current_database() and table_schema in (" ~ schemas ~ ")
        group by table_schema, table_name
    ") %}
        {% do columns.update({(schema, table): names}) %}
    {% endfor %}
    {% set parts = {'patient_level': [], 'aggregate': [], 'disclosure_controlled': []} %}
    {% set models = graph.nodes.values() | selectattr('resource_type', 'equalto', 'model') %}
    {% for node in models | sort(attribute='name') %}
        {% set names = columns.get((node.schema, node.alias)) %}
        {# A view only passes on what other models hold. #}
        {% if names and node.config.materialized != 'view' %}
            {% set part = 'disclosure_controlled' if node.schema == 'published' else 'aggregate' %}
            {% do parts['patient_level' if ' patient_id ' in names else part].append({
                'relation': api.Relation.create(
                    database=node.database, schema=node.schema, identifier=node.alias
                ),
                'is_sliced': ' as_of_date ' in names,
            }) %}
        {% endif %}
    {% endfor %}
    {% set filled = {} %}
    {% for part, tables in parts.items() if tables %}{% do filled.update({part: tables}) %}{% endfor %}
    {{ return(filled) }}
{% endmacro %}


{#
    The statements that publish.
    Arguments: parts, of published_tables; is_released: without a release what may leave is taken over from the version
    before, with what it says of itself.
#}
{% macro publish_statements(parts, is_released) %}
    {%- set folder = published_folder() -%}
    {%- set unfinished = folder ~ '/versions/unfinished' -%}
    {%- set version = 'as_of_' ~ var('as_of_date') ~ '_extract_' ~ var('extract_date') ~ '_built_'
        ~ run_started_at.strftime('%Y%m%dT%H%M%S') ~ '_' ~ invocation_id[:8] -%}
    detach database if exists publishing;
    select publish_prepare(
        {{ text_literal(folder) }}, '{{ parts | join(' ') }}', '{{ '' if is_released else 'disclosure_controlled' }}'
    );
    {%- for part, tables in parts.items() %}
    attach {{ text_literal(unfinished ~ '/' ~ part ~ '/phm_' ~ part ~ '.duckdb') }} as publishing;
        {%- for table in tables %}
    create schema if not exists publishing.{{ table.relation.schema }};
    create table publishing.{{ table.relation.include(database=false) }} as from {{ table.relation }};
    copy {{ table.relation }}
    to {{ text_literal(unfinished ~ '/' ~ part ~ '/' ~ table.relation.identifier ~ '.parquet') }} (format parquet);
        {%- endfor %}
    create table publishing.about as {{ about_published(version, tables) }};
    create table publishing.about_tables as
        {%- for table in tables %}
        select '{{ table.relation.schema }}.{{ table.relation.identifier }}' as table_name, count(*) as row_count
        from {{ table.relation }}
        {{- ' union all' if not loop.last }}
        {%- endfor %};
    copy (
        select about.*, (select list(about_tables order by table_name) from publishing.about_tables) as tables
        from publishing.about
    ) to {{ text_literal(unfinished ~ '/' ~ part ~ '/about.json') }} (format json);
    detach publishing;
    {%- endfor %}
    copy ({{ about_published(version, parts.values() | sum(start=[])) }})
    to {{ text_literal(unfinished ~ '/about.json') }} (format json);
    select publish_switch({{ text_literal(folder) }}, {{ text_literal(version) }});
{% endmacro %}


{#
    What is published: one row.
    Arguments: version, its name; tables, whose slices make up as_of_dates.
#}
{% macro about_published(version, tables) %}
    {%- set slices = [] -%}
    {%- for table in tables if table.is_sliced -%}
        {%- do slices.append('select as_of_date from ' ~ table.relation) -%}
    {%- endfor -%}
    select
        {{ text_literal(version) }} as version,
        {{ as_of_date() }} as as_of_date,
        (
            select string_agg(cast(as_of_date as varchar), ', ' order by as_of_date)
            from ({{ slices | join(' union ') or 'select null as as_of_date' }})
        ) as as_of_dates,
        {{ text_literal(extract_folder()) }} as extract_folder,
        {{ date_variable('extract_date') }} as extract_date,
        {{ text_literal(var('purpose')) }} as purpose,
        {{ text_literal(var('disclosure_policy')) if var('disclosure_policy', none) else 'cast(null as varchar)' }}
            as disclosure_policy,
        publish_commit() as project_commit,
        {{ text_literal(run_started_at.strftime('%Y-%m-%d %H:%M:%S UTC')) }} as built_at,
        {{ text_literal(dbt_version) }} as dbt_version
{%- endmacro %}
