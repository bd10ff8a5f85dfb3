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
    {% if file.endswith('.parquet') %}
        {% for row in run_query('describe select * from ' ~ read_file(file, none)) %}
            {% do columns.update({row[0] | lower: row[1]}) %}
        {% endfor %}
    {% else %}
        {# The first line by itself: DuckDB's sniffer may take a row of patients for the header. #}
        {% set first_line = run_query(
            "select line from read_csv('" ~ file | replace("'", "''") ~ "', header = false, auto_detect = false, "
            ~ "columns = {'line': 'varchar'}, delim = '\\x01', quote = '', escape = '', ignore_errors = true) limit 1"
        ) %}
        {% set header = first_line.rows[0][0] or '' if first_line.rows | length else '' %}
        {% for name in header.split(',') if header %}
            {% do columns.update({(name.strip().strip('"').strip() | lower) or 'column ' ~ loop.index: 'VARCHAR'}) %}
        {% endfor %}
    {% endif %}
    {{ return(columns) }}
{% endmacro %}


{#
    The first line of a CSV file that cannot be read, so that a message can name it without what
    stands in it: it may be a patient's record.
    Arguments: file; columns, as described.
    Result: {line, problem}, or none; always none for Parquet, which has no lines.
#}
{% macro unreadable_line(file, columns) %}
    {{ return(adapter.dispatch('unreadable_line')(file, columns)) }}
{% endmacro %}

{% macro duckdb__unreadable_line(file, columns) %}
    {% if file.endswith('.parquet') %}
        {{ return(none) }}
    {% endif %}
    {% set names = [] %}
    {% for name in columns %}{% do names.append(adapter.quote(name)) %}{% endfor %}
    {% set reading = read_file(file, columns)[:-1] ~ ", store_rejects = true, rejects_table = 'unreadable', rejects_scan = 'unreadable_scan')" %}
    {% do run_query('drop table if exists unreadable') %}
    {% do run_query('drop table if exists unreadable_scan') %}
    {% do run_query("select max(length(concat_ws('', " ~ names | join(', ') ~ "))) from " ~ reading) %}
    {% set found = run_query("
        select
            line,
            case error_type
                when 'TOO MANY COLUMNS' then 'has more values than the header has columns'
                when 'MISSING COLUMNS' then 'has fewer values than the header has columns'
                when 'INVALID ENCODING' then 'is not UTF-8'
                when 'UNQUOTED VALUE' then 'has a quotation mark that is not closed'
                else 'cannot be read: ' || lower(error_type)
            end as problem
        from unreadable
        order by line
        limit 1
    ") %}
    {{ return({'line': found.rows[0][0], 'problem': found.rows[0][1]} if found.rows | length else none) }}
{% endmacro %}


{#
    A relation that reads a file.
    Arguments: file; columns, as described (none for Parquet): naming them keeps the reader from
    guessing the layout of a CSV. A CSV is read as text.
#}
{% macro read_file(file, columns) %}
    {{ return(adapter.dispatch('read_file')(file, columns)) }}
{% endmacro %}

{% macro duckdb__read_file(file, columns) %}
    {% set path = "'" ~ file | replace("'", "''") ~ "'" %}
    {% if file.endswith('.parquet') %}
        {{ return('read_parquet(' ~ path ~ ')') }}
    {% endif %}
    {% set names = [] %}
    {% for name in columns %}{% do names.append("'" ~ name | replace("'", "''") ~ "': 'varchar'") %}{% endfor %}
    {{ return(
        'read_csv(' ~ path ~ ", header = true, auto_detect = false, delim = ',', quote = '\"', escape = '\"', columns = {"
        ~ names | join(', ') ~ '})'
    ) }}
{% endmacro %}
