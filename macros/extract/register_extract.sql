{% macro register_extract() %}
    {% if execute %}
        {% do log(
            'Extract ' ~ extract_folder() ~ ' of ' ~ var('extract_date') ~ ', as of ' ~ var('as_of_date')
            ~ ', for ' ~ var('purpose'), info=true
        ) %}
        {% for table, contract in extract_contract().items() %}
            {% set columns = extract_columns(table) %}
            {% set file = extract_file(table, contract.required) %}
            {% set file_columns = extract_file_columns(file, columns) if file else {} %}
            {% if file %}
                {% do check_columns(file, file_columns, columns) %}
                {% do check_rows(file, file_columns, table, contract.required) %}
            {% endif %}
            {% set absent = columns | map(attribute='name') | reject('in', file_columns) | join(', ') %}
            {% if absent %}
                {% do log(file ~ ' has no ' ~ absent ~ ': null everywhere' if file else 'No file of ' ~ table ~ ': no rows', info=true) %}
            {% endif %}
            {% set view = extract_view(table, columns) %}
            {% if loop.first %}{% do adapter.create_schema(view) %}{% endif %}
            {% call statement('register_' ~ table, auto_begin=false) %}
                create or replace view {{ view }} as
                {{ select_from_extract(file, file_columns, columns) }}
            {% endcall %}
            {% do check_pseudonyms(file, view, columns) %}
        {% endfor %}
    {% endif %}
{% endmacro %}

{% macro extract_view(table, columns) %}
    {% set source = graph.sources['source.phm.extract.' ~ table] %}
    {% if source.columns | list != columns | map(attribute='name') | list %}
        {% do stop('models/staging/extract.yml lists other columns for the table ' ~ table
            ~ ' than macros/extract/extract_contract.sql: bring them in step.') %}
    {% endif %}
    {{ return(api.Relation.create(
        database=source.database, schema=source.schema, identifier=source.identifier
    )) }}
{% endmacro %}

{% macro select_from_extract(file, file_columns, contract) %}
    select
        {%- for column in contract %}
        {% if column.name not in file_columns -%}
            cast(null as {{ dbt.type_string() }})
        {%- elif column.type == 'text' -%}
            cast({{ column.name }} as {{ dbt.type_string() }})
        {%- elif column.type == 'date' and is_timestamp(file_columns[column.name]) -%}
            {{ day_of_timestamp(column.name, file_columns[column.name]) }}
        {%- elif column.type == 'number' and kind_of_type(file_columns[column.name]) != 'text' -%}
            cast({{ column.name }} as {{ dbt.type_float() }})
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
