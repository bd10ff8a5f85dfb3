{% macro list_files(folder) %}{{ return(adapter.dispatch('list_files')(folder)) }}{% endmacro %}

{% macro duckdb__list_files(folder) %}
    {% set files = run_query("select replace(file, '\\', '/') from glob('" ~ duckdb_path(folder) ~ "/*')") %}
    {{ return(files.columns[0].values() | list) }}
{% endmacro %}

{% macro duckdb_path(path) %}
    {{ return(modules.re.sub('([\\[*?])', '[\\1]', path) | replace("'", "''")) }}
{% endmacro %}

{% macro is_whole_file(file) %}{{ return(adapter.dispatch('is_whole_file')(file)) }}{% endmacro %}

{% macro duckdb__is_whole_file(file) %}
    {{ return(not file.endswith('.parquet') or adapter.location_exists(duckdb_path(file))) }}
{% endmacro %}

{% macro describe_file(file) %}{{ return(adapter.dispatch('describe_file')(file)) }}{% endmacro %}

{% macro duckdb__describe_file(file) %}
    {% set columns = {} %}
    {% if file.endswith('.parquet') %}
        {% for row in run_query('describe select * from ' ~ read_file(file, none)) %}
            {% do columns.update({row[0] | lower: row[1]}) %}
        {% endfor %}
        {# A moment in UTC, which DuckDB takes for one without a zone. #}
        {% for row in run_query("select lower(name) from parquet_schema('" ~ duckdb_path(file) ~ "') where type = 'INT96'") %}
            {% do columns.update({row[0]: 'INT96'}) %}
        {% endfor %}
        {# DuckDB gives a name that comes again another one. What is inside a nested column has a longer path. #}
        {% for row in run_query(
            "select lower(path_in_schema) from parquet_metadata('" ~ duckdb_path(file) ~ "') "
            ~ "where row_group_id = 0 group by all having count(*) > 1"
        ) %}
            {% do columns.update({row[0] ~ ' again in column ' ~ loop.index: 'VARCHAR'}) %}
        {% endfor %}
    {% else %}
        {# The first line by itself: DuckDB's sniffer may take a row of patients for the header. #}
        {% set first_line = run_query(
            "select line from read_csv('" ~ duckdb_path(file) ~ "', header = false, auto_detect = false, "
            ~ "columns = {'line': 'varchar'}, delim = '\\x01', quote = '', escape = '', ignore_errors = true) limit 1"
        ) %}
        {% set header = first_line.rows[0][0] or '' if first_line.rows | length else '' %}
        {% for quoted, plain in modules.re.findall('(?:^|,)(?:\\s*"((?:[^"]|"")*)"\\s*(?=,|$)|([^,]*))', header) if header %}
            {% set name = (quoted or plain).strip() | lower or 'column ' ~ loop.index %}
            {% do columns.update({name ~ (' again in column ' ~ loop.index if name in columns else ''): 'VARCHAR'}) %}
        {% endfor %}
    {% endif %}
    {{ return(columns) }}
{% endmacro %}

{% macro unreadable_line(file, columns) %}
    {{ return(adapter.dispatch('unreadable_line')(file, columns)) }}
{% endmacro %}

{% macro duckdb__unreadable_line(file, columns) %}
    {% if file.endswith('.parquet') %}{{ return(none) }}{% endif %}
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

{% macro read_file(file, columns) %}{{ return(adapter.dispatch('read_file')(file, columns)) }}{% endmacro %}

{% macro duckdb__read_file(file, columns) %}
    {% set path = "'" ~ duckdb_path(file) ~ "'" %}
    {% if file.endswith('.parquet') %}{{ return('read_parquet(' ~ path ~ ')') }}{% endif %}
    {% set names = [] %}
    {% for name in columns %}{% do names.append("'" ~ name | replace("'", "''") ~ "': 'varchar'") %}{% endfor %}
    {{ return(
        'read_csv(' ~ path ~ ", header = true, auto_detect = false, delim = ',', quote = '\"', escape = '\"', columns = {"
        ~ names | join(', ') ~ '})'
    ) }}
{% endmacro %}

{% macro is_timestamp(type) %}{{ return(type.startswith('TIMESTAMP') or type == 'INT96') }}{% endmacro %}

{% macro day_of_timestamp(column, type) %}{{ return(adapter.dispatch('day_of_timestamp')(column, type)) }}{% endmacro %}

{% macro duckdb__day_of_timestamp(column, type) -%}
    {%- set moment = "timezone('UTC', cast(" ~ column ~ ' as timestamp))' if type == 'INT96' else column -%}
    {%- set has_zone = type in ['INT96', 'TIMESTAMP WITH TIME ZONE'] -%}
    cast({{ "timezone('Europe/London', " ~ moment ~ ')' if has_zone else column }} as date)
{%- endmacro %}

{% macro kind_of_type(type) %}{{ return(adapter.dispatch('kind_of_type')(type)) }}{% endmacro %}

{% macro duckdb__kind_of_type(type) %}
    {% set name = type.split('(')[0] if '[' not in type else type %}
    {% if name in ['VARCHAR', 'UUID', 'ENUM'] %}
        {{ return('text') }}
    {% elif name.endswith('INT') or name == 'INTEGER' or name == 'UINTEGER' or type.startswith('DECIMAL') and type.endswith(',0)') %}
        {{ return('whole number') }}
    {% elif name in ['FLOAT', 'DOUBLE', 'DECIMAL'] %}
        {{ return('floating-point number') }}
    {% elif name == 'DATE' or is_timestamp(name) %}
        {{ return('date') }}
    {% endif %}
    {{ return(type | lower) }}
{% endmacro %}
