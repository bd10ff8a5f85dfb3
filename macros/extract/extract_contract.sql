{#
    The contract of the extract as data: models/staging/extract.yml, read by everything that
    checks, types or counts the files, so that a column is named once.
#}

{#
    The columns of one table of the extract.
    Arguments: table, its name in models/staging/extract.yml.
    Result: a list of {name, type (text, date, number, boolean), required, may_be_null}, in order;
    empty while dbt parses, when the contract is not known yet.
#}
{% macro extract_columns(table) %}
    {% set columns = [] %}
    {% if execute %}
        {% for column in graph.sources['source.phm.extract.' ~ table].columns.values() %}
            {% set meta = column.config.meta %}
            {% do columns.append({
                'name': column.name,
                'type': column.data_type,
                'required': meta.get('required', false),
                'may_be_null': meta.get('may_be_null', not meta.get('required', false)),
            }) %}
        {% endfor %}
    {% endif %}
    {{ return(columns) }}
{% endmacro %}


{#
    The names of the extract's tables, required ones and optional ones.
    Result: a list; empty while dbt parses.
#}
{% macro extract_tables() %}
    {% set tables = [] %}
    {% if execute %}
        {% for source in graph.sources.values() if source.source_name == 'extract' %}
            {% do tables.append(source.name) %}
        {% endfor %}
    {% endif %}
    {{ return(tables) }}
{% endmacro %}
