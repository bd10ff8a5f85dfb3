{#
    Finds the file of every table of the extract, checks its columns against the contract
    (extract_contract) and offers it as the view `extract.<table>`. Runs at the start of
    every dbt command that builds or tests.
    Result: nothing; the run stops with one sentence if a required file or column is missing, a
    table has two files, a line of a CSV cannot be read, or a code or identifier was written as a
    floating-point number. One line in the log says which folder and which dates the run is for.
#}
{% macro register_extract() %}
    {% if execute %}
        {% do log(
            'Extract ' ~ extract_folder() ~ ' of ' ~ var('extract_date') ~ ', as of ' ~ var('as_of_date')
            ~ ', for ' ~ var('purpose'), info=true
        ) %}
        {% for table, contract in extract_contract().items() %}
            {% set columns = extract_columns(table) %}
            {% set file = extract_file(table, contract.required) %}
            {% set file_columns = describe_file(file) if file else {} %}
            {% if file %}
                {% do check_columns(file, file_columns, columns) %}
                {% do check_lines(file, file_columns) %}
            {% endif %}
            {% set view = extract_view(table, columns) %}
            {% if loop.first %}{% do adapter.create_schema(view) %}{% endif %}
            {% call statement('register_' ~ table, auto_begin=false) %}
                create or replace view {{ view }} as
                {{ select_from_extract(file, file_columns, columns) }}
            {% endcall %}
        {% endfor %}
    {% endif %}
{% endmacro %}


{#
    Where one table of the extract is offered, as models/staging/extract.yml declares it.
    Arguments: table; columns (see extract_columns).
    Result: a relation.
    Errors: the declaration names other columns than the contract.
#}
{% macro extract_view(table, columns) %}
    {% set source = graph.sources['source.phm.extract.' ~ table] %}
    {% if source.columns | list != columns | map(attribute='name') | list %}
        {{ exceptions.raise_compiler_error(
            'models/staging/extract.yml lists other columns for the table ' ~ table
            ~ ' than macros/extract/extract_contract.sql: bring them in step.'
        ) }}
    {% endif %}
    {{ return(api.Relation.create(
        database=source.database, schema=source.schema, identifier=source.identifier
    )) }}
{% endmacro %}


{# The folder that holds the extract: PHM_EXTRACT_DIR, or the demo extract of this repository. #}
{% macro extract_folder() %}
    {{ return(env_var('PHM_EXTRACT_DIR', 'demo/extract').replace('\\', '/').rstrip('/')) }}
{% endmacro %}


{#
    The path of one table's file.
    Arguments: table, required (whether the contract demands it).
    Result: the path, or none for an optional table that was not brought.
    Errors: a required file is missing; the table has both a Parquet and a CSV file.
#}
{% macro extract_file(table, required) %}
    {% set parquet = extract_folder() ~ '/' ~ table ~ '.parquet' %}
    {% set csv = extract_folder() ~ '/' ~ table ~ '.csv' %}
    {% set found = [parquet, csv] | select('in', list_files(extract_folder())) | list %}
    {% if found | length == 2 %}
        {{ exceptions.raise_compiler_error(
            'The extract has both ' ~ parquet ~ ' and ' ~ csv ~ ': remove the one that is out of date.'
        ) }}
    {% elif required and not found %}
        {{ exceptions.raise_compiler_error(
            'The extract has neither ' ~ parquet ~ ' nor ' ~ csv ~ ', and the table ' ~ table
            ~ ' is required: put the file there, or set PHM_EXTRACT_DIR to the folder that has it.'
        ) }}
    {% endif %}
    {{ return(found | first if found else none) }}
{% endmacro %}


{#
    Stops the run if the file does not hold what the contract requires.
    Arguments: file (its path), file_columns ({lower-case name: type in the file}), contract
    (see extract_columns).
#}
{% macro check_columns(file, file_columns, contract) %}
    {% for column in contract %}
        {% set type = file_columns.get(column.name) %}
        {% if column.need != 'optional' and not type %}
            {{ exceptions.raise_compiler_error(
                file ~ ' has no column ' ~ column.name ~ ', which is required; its columns are '
                ~ file_columns | join(', ') ~ '.'
            ) }}
        {% elif column.type == 'text' and type and type.split('(')[0] in ['FLOAT', 'DOUBLE', 'DECIMAL'] %}
            {{ exceptions.raise_compiler_error(
                file ~ ' holds the column ' ~ column.name ~ ' as a floating-point number, which loses '
                ~ 'the last digits of codes and identifiers: write it as text.'
            ) }}
        {% endif %}
    {% endfor %}
{% endmacro %}


{# Stops the run at the first line of a CSV file that cannot be read, without showing what it holds. #}
{% macro check_lines(file, file_columns) %}
    {% set unreadable = unreadable_line(file, file_columns) %}
    {% if unreadable %}
        {{ exceptions.raise_compiler_error(
            file ~ ', line ' ~ unreadable.line ~ ' ' ~ unreadable.problem
            ~ ': the file must be UTF-8, with commas between values and quotation marks around values that hold a comma.'
        ) }}
    {% endif %}
{% endmacro %}


{#
    The contract's columns of one file, in the contract's order: text as text, a timestamp as its
    date where a date is due, everything else as the file has it (a CSV has text only; staging converts
    and judges the values).
    Arguments: file (none for a table that was not brought), file_columns, contract.
    Result: a select statement.
#}
{% macro select_from_extract(file, file_columns, contract) %}
    select
        {%- for column in contract %}
        {% if column.name not in file_columns -%}
            cast(null as {{ dbt.type_string() }})
        {%- elif column.type == 'text' -%}
            cast({{ column.name }} as {{ dbt.type_string() }})
        {%- elif column.type == 'date' and file_columns[column.name].startswith('TIMESTAMP') -%}
            cast({{ column.name }} as date)
        {%- else -%}
            {{ column.name }}
        {%- endif %} as {{ column.name }}{{ ',' if not loop.last }}
        {%- endfor %}
    {% if file -%}
    from {{ read_file(file, file_columns) }}
    {%- else -%}
    where 1 = 0
    {%- endif %}
{% endmacro %}
