{% macro duckdb__create_csv_table(model, agate_table) %}
    {% if not model.name.startswith('codelist_') %}
        {{ return(dbt.default__create_csv_table(model, agate_table)) }}
    {% endif %}
    {% set file = codelist_file(model) %}
    {% if file.startswith('local/codelists/') %}{% do log(model.name ~ ' is read from ' ~ file, info=true) %}{% endif %}
    {% set headers = describe_file(file) %}
    {% set code = first_header(file, 'code', headers, [
        'code', 'snomed_code', 'snomedcode', 'snomedctconceptid', 'conceptid', 'dmd_id', 'id',
    ]) %}
    {% set term = first_header(file, 'term', headers, ['term', 'name', 'dmd_name', 'description']) %}
    {% do check_entries(file, headers, code, term) %}
    {% set sql %}
        create table {{ this }} as
        select
            {{ to_text(adapter.quote(code)) }} as code,
            {{ to_text(adapter.quote(term)) }} as term
            {%- for name in model.columns if name in headers and name not in ['code', 'term'] %},
            cast({{ to_text(name) }} as {{ (model.config.column_types or {}).get(name, dbt.type_string()) }}) as {{ name }}
            {%- endfor %}
        from {{ read_file(file, headers) }}
    {% endset %}
    {% call statement('create_codelist') %}{{ sql }}{% endcall %}
    {{ return(sql) }}
{% endmacro %}

{% macro duckdb__load_csv_rows(model, agate_table) %}
    {{ return('' if model.name.startswith('codelist_') else dbt.duckdb__load_csv_rows(model, agate_table)) }}
{% endmacro %}

{% macro codelist_file(seed) %}
    {% set own = 'local/codelists/' ~ seed.name.split('_', 1)[1] ~ '.csv' %}
    {# The folder of a package; ours is where dbt runs. #}
    {% set folder = '' if seed.package_name == project_name else seed.root_path ~ '/' %}
    {{ return(own if own in list_files('local/codelists') else folder ~ seed.original_file_path) }}
{% endmacro %}

{% macro check_own_codelists() %}
    {% if execute and not is_unit_tests_alone() %}
        {% set seeds = [] %}
        {% for node in graph.nodes.values() if node.resource_type == 'seed' and node.name.startswith('codelist_') %}
            {% do seeds.append(node.name.split('_', 1)[1]) %}
        {% endfor %}
        {% for file in list_files('local/codelists') if file.endswith('.csv') %}
            {% set name = (file.split('/') | last)[:-4] %}
            {% if name not in seeds %}
                {% do stop(file ~ ' takes the place of no codelist, because there is no seed codelist_' ~ name ~ '; '
                    ~ suggestion(name, seeds) ~ ' A codelist of your own is a seed, in local/seeds/codelists.') %}
            {% endif %}
        {% endfor %}
    {% endif %}
{% endmacro %}

{% macro first_header(file, what, headers, known) %}
    {% for name in known if name in headers %}{{ return(name) }}{% endfor %}
    {% do stop(file ~ ' has no column for the ' ~ what ~ ': its columns are ' ~ headers | join(', ')
        ~ ', and one of them must be called ' ~ known | join(', ') ~ '.') %}
{% endmacro %}

{% macro check_entries(file, headers, code, term) %}
    {% set wrong = run_query("
        with
        listed as (
            select
                " ~ to_text(adapter.quote(code)) ~ " as code,
                " ~ to_text(adapter.quote(term)) ~ " as term,
                -- The reader keeps the order of the file.
                1 + row_number() over () as line
            from " ~ read_file(file, headers) ~ "
        ),

        compared as (
            select
                *,
                " ~ is_identifier('code') ~ " as is_code,
                min(line) over (partition by code) as first_line
            from listed
        )

        select line, code, first_line, is_code
        from compared
        where not is_code or line > first_line or term is null
        order by is_code, line
        limit 1
    ") %}
    {% if wrong.rows | length %}
        {% set line, code, first_line, is_code = wrong.rows[0].values() %}
        {% do stop(file ~ ', line ' ~ line ~ ': ' ~ (
            "'" ~ (code or '') ~ "' is not a SNOMED CT concept or dm+d identifier (6 to 18 digits with a valid check "
            ~ 'digit); a spreadsheet may have damaged it, or it is of another kind (description, Read, CTV3, ICD-10, '
            ~ 'BNF): download the list again as SNOMED CT or dm+d.' if not is_code
            else code ~ ' is listed in line ' ~ first_line ~ ' already: remove one of the two.' if line > first_line
            else code ~ ' has no term: write what it means, so that a reviewer can read the list.'
            )) %}
    {% endif %}
{% endmacro %}
