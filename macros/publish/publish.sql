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

{% macro published_folder() %}
    {% set beside = modules.re.sub('\\.\\w+$', '', target.path) ~ '_published' %}
    {{ return(env_var('PHM_PUBLISHED_DIR', beside).replace('\\', '/')) }}
{% endmacro %}

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
    {{ about_published(version, tables, release if part == 'published' else none) }};
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
    {%- if release.is_made %}
    select enter_release({{ text_literal(folder) }}, {{ text_literal(tojson({
        'series': release.series, 'as_of_date': var('as_of_date') | string, 'policy': setting('disclosure_policy'),
        'counts': release.counts, 'version': version,
    })) }});
    {%- endif %}
    select publish_switch({{ text_literal(folder) }}, {{ text_literal(version) }});
{% endmacro %}

{% macro about_published(version, tables, release=none) -%}
    {%- set slices = [] -%}
    {%- for table in tables if 'as_of_date' in table.columns -%}
        {%- do slices.append('select as_of_date from ' ~ table.rows) -%}
    {%- endfor -%}
    select
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
        {{ text_literal(dbt_version) }} as dbt_version,
        {%- if release %}
        {{ text_literal(setting('disclosure_policy')) }} as disclosure_policy,
        {{ release.series }} as series,
        {{ release.is_demo | lower }} as is_demo,
        {{ text_literal(
            'the key of the demo extract, which is no secret' if release.is_demo else 'a secret key'
        ) }} as disclosure_key,
        {{ text_literal(hidden_in_words()) }} as hidden
        {%- else %}
        {{ text_literal(extract_folder()) }} as extract_folder
        {%- endif %}
{%- endmacro %}
