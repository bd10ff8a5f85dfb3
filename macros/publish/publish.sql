{#
    At the end of every dbt command: after a whole `dbt build` in which everything passed, the models that others
    may build on (access public) are copied to a new version of the published folder, which then takes the place of
    the one before in one step (tools/published_folder.py). Readers never open the warehouse, and nothing ever
    writes to a file that they open. What may leave is made anew for a release only (macros/publish/release.sql).
    Arguments: results, of dbt.
    Result: the statements that publish, or none. If one of them fails, so does the build, and readers keep what
    they have. On an engine that several may read and write at once there is nothing to copy.
#}
{% macro publish(results) %}
    {% if execute and flags.WHICH == 'build' %}
        {% set reason = note_end(results) %}
        {% if target.type != 'duckdb' %}
        {% elif reason %}
            {% do log(
                'Not published, because ' ~ reason ~ ': ' ~ published_folder() ~ ' is as it was', info=true
            ) %}
        {% else %}
            {% do log('Publishing to ' ~ published_folder(), info=true) %}
            {% do graph.update({'published_by': invocation_id}) %}
            {% set parts = published_tables() %}
            {{ return(publish_statements(parts, planned_release(parts.pop('published', [])))) }}
        {% endif %}
    {% endif %}
{% endmacro %}


{# Where the published versions are: PHM_PUBLISHED_DIR, or a folder beside the warehouse, named as it is. #}
{% macro published_folder() %}
    {% set beside = modules.re.sub('\\.\\w+$', '', target.path) ~ '_published' %}
    {{ return(env_var('PHM_PUBLISHED_DIR', beside).replace('\\', '/')) }}
{% endmacro %}


{#
    What is published, by who may read it: {'patient_level', 'aggregate', 'published': tables}, without those that
    have none. A table is {relation, columns, rows}, where rows is what is copied of it. What has a column
    patient_id is patient level, whatever its schema; the rest of the schema `published` may leave the secure
    environment, and nothing else; what else there is are aggregates.
#}
{% macro published_tables() %}
    {% set parts = {} %}
    {% set models = graph.nodes.values() | selectattr('resource_type', 'equalto', 'model') %}
    {% for node in models | selectattr('access', 'equalto', 'public') | sort(attribute='name') %}
        {% set relation = api.Relation.create(database=node.database, schema=node.schema, identifier=node.alias) %}
        {% set columns = columns_of(relation) %}
        {% set part = 'published' if node.schema == 'published' else 'aggregate' %}
        {% do parts.setdefault('patient_level' if 'patient_id' in columns else part, []).append(
            {'relation': relation, 'columns': columns, 'rows': relation}
        ) %}
    {% endfor %}
    {{ return(parts) }}
{% endmacro %}


{#
    The statements that publish.
    Arguments: parts, of published_tables, without what may leave; release, of planned_release.
#}
{% macro publish_statements(parts, release) %}
    {%- set folder = published_folder() -%}
    {%- set unfinished = folder ~ '/versions/unfinished' -%}
    {%- set version = 'as_of_' ~ var('as_of_date') ~ '_extract_' ~ var('extract_date') ~ '_built_'
        ~ run_started_at.strftime('%Y%m%dT%H%M%S') ~ '_' ~ invocation_id[:8] -%}
    {%- set written = dict(parts, published=release.tables) if release.is_made else parts -%}
    detach database if exists publishing;
    select publish_prepare(
        {{ text_literal(folder) }}, '{{ written | join(' ') }}', '{{ 'published' if release.is_kept }}'
    );
    {%- for part, tables in written.items() %}
    attach {{ text_literal(unfinished ~ '/' ~ part ~ '/phm_' ~ part ~ '.duckdb') }} as publishing;
        {%- for table in tables %}
    create schema if not exists publishing.{{ table.relation.schema }};
    create table publishing.{{ table.relation.include(database=false) }} as from {{ table.rows }};
    copy (from {{ table.rows }})
    to {{ text_literal(unfinished ~ '/' ~ part ~ '/' ~ table.relation.identifier ~ '.parquet') }} (format parquet);
        {%- endfor %}
    create table publishing.about as
    {{ about_release(version, tables, release) if part == 'published' else about_published(version, tables) }};
    create table publishing.about_tables as
        {%- for table in tables %}
        select '{{ table.relation.schema }}.{{ table.relation.identifier }}' as table_name, count(*) as row_count
        from {{ table.rows }}
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
    {{- enter_release(folder, version, release) if release.is_made }}
    select publish_switch({{ text_literal(folder) }}, {{ text_literal(version) }});
{% endmacro %}


{#
    What is published: one row.
    Arguments: version, its name; tables, whose slices make up as_of_dates.
#}
{% macro about_published(version, tables) -%}
    select
        {{ about_version(version, tables) }},
        {{ text_literal(extract_folder()) }} as extract_folder
{%- endmacro %}


{# The columns of it that those who may not know where the extract lies may read, too. #}
{% macro about_version(version, tables) -%}
    {%- set slices = [] -%}
    {%- for table in tables if 'as_of_date' in table.columns -%}
        {%- do slices.append('select as_of_date from ' ~ table.rows) -%}
    {%- endfor -%}
        {{ text_literal(version) }} as version,
        {{ as_of_date() }} as as_of_date,
        (
            select string_agg(distinct cast(as_of_date as varchar), ', ' order by cast(as_of_date as varchar))
            from ({{ slices | join(' union all ') or 'select null as as_of_date' }})
        ) as as_of_dates,
        {{ date_variable('extract_date') }} as extract_date,
        {{ text_literal(var('purpose')) }} as purpose,
        publish_commit() as project_commit,
        {{ text_literal(run_started_at.strftime('%Y-%m-%d %H:%M:%S UTC')) }} as built_at,
        {{ text_literal(dbt_version) }} as dbt_version
{%- endmacro %}
