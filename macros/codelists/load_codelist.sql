{#
    How dbt loads a codelist, instead of its own way: dbt guesses the types of a seed, and an identifier
    has up to 18 digits. The file is read as text, whatever headers the site it came from gave it;
    the table has the columns code and term, and beside them those that its YAML describes (a
    category, say; of the type in config.column_types if one is given). Other seeds load as ever.
    Errors: no column that can be the code or the term; by file and line a code that is not a SNOMED CT concept or dm+d
    identifier, a code that is there twice, a code without a term. So codelists need no data tests of their keys.
#}
{% macro duckdb__create_csv_table(model, agate_table) %}
    {% if not model.name.startswith('codelist_') %}
        {{ return(dbt.default__create_csv_table(model, agate_table)) }}
    {% endif %}
    {% set headers = describe_file(model.original_file_path) %}
    {% set code, term = code_header(headers), term_header(headers) %}
    {% do check_entries(model.original_file_path, headers, code, term) %}
    {% set sql %}
        create table {{ this }} as
        select
            {{ to_text(adapter.quote(code)) }} as code,
            {{ to_text(adapter.quote(term)) }} as term
            {%- for name in model.columns if name in headers and name not in ['code', 'term'] %},
            cast({{ to_text(name) }} as {{ (model.config.column_types or {}).get(name, dbt.type_string()) }}) as {{ name }}
            {%- endfor %}
        from {{ read_file(model.original_file_path, headers) }}
    {% endset %}
    {% call statement('create_codelist') %}{{ sql }}{% endcall %}
    {{ return(sql) }}
{% endmacro %}


{# The rows of a codelist are there once its table is created. #}
{% macro duckdb__load_csv_rows(model, agate_table) %}
    {{ return('' if model.name.startswith('codelist_') else dbt.duckdb__load_csv_rows(model, agate_table)) }}
{% endmacro %}


{# The header under which the codes of a codelist file stand. Arguments: headers, of the file. #}
{% macro code_header(headers) %}
    {{ return(first_header('code', headers, ['code', 'snomed_code', 'snomedcode', 'snomedctconceptid', 'conceptid', 'dmd_id', 'id'])) }}
{% endmacro %}


{# The header under which its terms stand. #}
{% macro term_header(headers) %}
    {{ return(first_header('term', headers, ['term', 'name', 'dmd_name', 'description'])) }}
{% endmacro %}


{# The first of the known headers that the file has; stops the build if it has none. #}
{% macro first_header(what, headers, known) %}
    {% for name in known if name in headers %}
        {{ return(name) }}
    {% endfor %}
    {{ exceptions.raise_compiler_error(
        model.original_file_path ~ ' has no column for the ' ~ what ~ ': its columns are ' ~ headers | join(', ')
        ~ ', and one of them must be called ' ~ known | join(', ') ~ '.'
    ) }}
{% endmacro %}


{#
    Stops the build at the first line of a codelist file whose code cannot be one; if there is none, at the first that
    lists a code again or has no term.
#}
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
        {{ exceptions.raise_compiler_error(
            file ~ ', line ' ~ line ~ ': ' ~ (
                "'" ~ (code or '') ~ "' is not a SNOMED CT concept or dm+d identifier (6 to 18 digits with a valid check "
                ~ 'digit); a spreadsheet may have damaged it, or it is of another kind (description, Read, CTV3, ICD-10, '
                ~ 'BNF): download the list again as SNOMED CT or dm+d.' if not is_code
                else code ~ ' is listed in line ' ~ first_line ~ ' already: remove one of the two.' if line > first_line
                else code ~ ' has no term: write what it means, so that a reviewer can read the list.'
            )
        ) }}
    {% endif %}
{% endmacro %}
