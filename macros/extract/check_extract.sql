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
            {# Without a header row the first patient stands where the names should: name what is expected only. #}
            {% set found = contract | map(attribute='name') | select('in', file_columns) | join(', ') %}
            {{ exceptions.raise_compiler_error(
                file ~ ' has no column ' ~ column.name ~ ', which is required; of the columns expected it has '
                ~ (found or 'none: is the header row missing?')
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
