{#
    What only the engine knows about files: listing a folder, the columns of a file, reading it.
    Another engine adds its own `<engine>__` macros here.
#}

{# The paths of the files in a folder, none if the folder does not exist. #}
{% macro list_files(folder) %}
    {{ return(adapter.dispatch('list_files')(folder)) }}
{% endmacro %}

{% macro duckdb__list_files(folder) %}
    {% set files = run_query("select replace(file, '\\', '/') from glob('" ~ folder | replace("'", "''") ~ "/*')") %}
    {{ return(files.columns[0].values() | list) }}
{% endmacro %}


{# The columns of a file: {lower-case name: type}, in the file's order. #}
{% macro describe_file(file) %}
    {{ return(adapter.dispatch('describe_file')(file)) }}
{% endmacro %}

{% macro duckdb__describe_file(file) %}
    {% set columns = {} %}
    {% for row in run_query('describe select * from ' ~ read_file(file, none)) %}
        {% do columns.update({row[0] | lower: row[1]}) %}
    {% endfor %}
    {{ return(columns) }}
{% endmacro %}


{#
    A relation that reads a file.
    Arguments: file; columns ({name: type} as described, or none before that is known: naming them
    keeps the reader from guessing the layout of a CSV from its first rows). A CSV is read as text.
#}
{% macro read_file(file, columns) %}
    {{ return(adapter.dispatch('read_file')(file, columns)) }}
{% endmacro %}

{% macro duckdb__read_file(file, columns) %}
    {% set path = "'" ~ file | replace("'", "''") ~ "'" %}
    {% if file.endswith('.parquet') %}
        {{ return('read_parquet(' ~ path ~ ')') }}
    {% endif %}
    {% set layout = "header = true, all_varchar = true, delim = ',', quote = '\"', escape = '\"'" %}
    {% if columns %}
        {% set names = [] %}
        {% for name in columns %}{% do names.append("'" ~ name | replace("'", "''") ~ "': 'varchar'") %}{% endfor %}
        {% set layout = "header = true, auto_detect = false, delim = ',', quote = '\"', escape = '\"', columns = {"
            ~ names | join(', ') ~ '}' %}
    {% endif %}
    {{ return('read_csv(' ~ path ~ ', ' ~ layout ~ ')') }}
{% endmacro %}
