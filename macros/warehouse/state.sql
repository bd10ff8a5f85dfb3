{#
    What the warehouse holds. Its tables are of one as-of date, one extract (known by content), one extract date and one purpose, and
    the row in `warehouse.state` says which. Only a whole build changes that; any other command names the same or stops. status is

        complete    a whole build left them so
        under way   a whole build is on its way to these, or ended before it got there
        in parts    they were only ever built in parts
#}

{# One of the tables that hooks write, in a schema of their own. #}
{% macro warehouse_table(name) %}
    {{ return(api.Relation.create(database=target.database, schema='warehouse', identifier=name, type='table')) }}
{% endmacro %}


{# Its rows, each a dictionary of texts; none if there is no such table. #}
{% macro warehouse_rows(name) %}
    {% set rows = [] %}
    {% if is_there(warehouse_table(name)) %}
        {% for row in run_query('select * from ' ~ warehouse_table(name)).rows %}{% do rows.append(row.dict()) %}{% endfor %}
    {% endif %}
    {{ return(rows) }}
{% endmacro %}


{# Puts these rows in the place of what it holds, in one statement. Arguments: name; rows, one or more, with the same keys. #}
{% macro write_warehouse_rows(name, rows) %}
    {% set table, lines = warehouse_table(name), [] %}
    {% for row in rows %}
        {% set values = [] %}
        {% for value in row.values() %}{% do values.append(text_literal(value | string)) %}{% endfor %}
        {% do lines.append('(' ~ values | join(', ') ~ ')') %}
    {% endfor %}
    {% do run_query('create schema if not exists ' ~ table.schema) %}
    {% do run_query(replace_table(table, rows[0].keys() | join(', '), lines | join(', '))) %}
{% endmacro %}

{% macro replace_table(table, columns, lines) %}
    {{ return(adapter.dispatch('replace_table')(table, columns, lines)) }}
{% endmacro %}

{% macro duckdb__replace_table(table, columns, lines) %}
    {{ return('create or replace table ' ~ table ~ ' as select * from (values ' ~ lines ~ ') as noted (' ~ columns ~ ')') }}
{% endmacro %}


{# Whether there is such a table or view. dbt's own way may open a transaction, which a hook does not end. #}
{% macro is_there(relation) %}
    {{ return(adapter.dispatch('is_there')(relation)) }}
{% endmacro %}

{% macro duckdb__is_there(relation) %}
    {{ return(run_query(
        "select 1 from information_schema.tables where table_catalog = current_database() and table_schema = '" ~ relation.schema
        ~ "' and table_name = '" ~ relation.identifier ~ "'"
    ).rows | length > 0) }}
{% endmacro %}


{#
    What this command asks for.
    Arguments: state, what the warehouse holds (warehouse_rows), {} if that is nothing: files that have not changed since are not read again.
    Result: {as_of_date, extract_date, purpose, extract, files}, as in the state; extract stands for the bytes of all files.
#}
{% macro asked_of_warehouse(state) %}
    {% set files, contents = [], [] %}
    {% for table, contract in extract_contract().items() %}
        {% do files.append(extract_file(table, contract.required)) %}
    {% endfor %}
    {% set checksums = file_checksums(files | select | list, state.get('files', '')) %}
    {% for line in checksums.split('\n') %}
        {% do contents.append(line.split(' ')[0] ~ ' ' ~ line.split('/') | last) %}
    {% endfor %}
    {{ return({
        'as_of_date': iso_date(var('as_of_date'), 'the variable as_of_date'),
        'extract_date': iso_date(var('extract_date'), 'the variable extract_date'),
        'purpose': 'direct_care' if is_direct_care() else 'secondary_use',
        'extract': local_md5(contents | sort | join('\n')),
        'files': checksums,
    }) }}
{% endmacro %}


{#
    Checksums of files by what is in them, a line each: checksum, size, time of last change, path.
    Arguments: files, their paths; known, an earlier result: a file of that path, size and time is not read again.
#}
{% macro file_checksums(files, known) %}
    {{ return(adapter.dispatch('file_checksums')(files, known)) }}
{% endmacro %}

{% macro duckdb__file_checksums(files, known) %}
    {{ return(run_query(
        'select file_checksums(' ~ text_literal(files | join('\n')) ~ ', ' ~ text_literal(known) ~ ')'
    ).rows[0][0]) }}
{% endmacro %}


{# Stops the command unless it asks for what the warehouse holds. Arguments: state; asked, of asked_of_warehouse. #}
{% macro stop_unless_same(state, asked) %}
    {% set other, right = [], [] %}
    {% for name in ['as_of_date', 'extract_date', 'purpose'] if asked[name] != state[name] %}
        {% do other.append('the ' ~ name ~ ' ' ~ asked[name]) %}
        {% do right.append(name ~ ': ' ~ state[name]) %}
    {% endfor %}
    {% set right = ["--vars '{" ~ right | join(', ') ~ "}'"] if right else [] %}
    {% if asked.extract != state.extract %}
        {% do other.append('another extract, that of the files now in ' ~ extract_folder()) %}
        {% do right.append('the files that it was built from in PHM_EXTRACT_DIR') %}
    {% endif %}
    {% if other %}
        {{ exceptions.raise_compiler_error(
            'The warehouse holds the tables of as_of_date ' ~ state.as_of_date ~ ', extract_date ' ~ state.extract_date ~ ', purpose '
            ~ state.purpose ~ ', and this command asks for ' ~ other | join(' and ') ~ ': run a whole dbt build for that, or this with '
            ~ right | join(' and ') ~ '.'
        ) }}
    {% endif %}
{% endmacro %}


{#
    For a question about what is there, which runs no hooks (dbt show, compile, docs generate): stops it once if it
    names a variable that there is not, or something else than the warehouse holds.
#}
{% macro check_question() %}
    {% if flags.WHICH in ['show', 'compile', 'generate'] and graph.get('checked_question') != invocation_id %}
        {% do check_variables() %}
        {% for state in warehouse_rows('state') %}
            {% do stop_unless_same(state, asked_of_warehouse(state)) %}
            {% if flags.WHICH == 'show' %}{% do stop_if_under_way(state) %}{% endif %}
        {% endfor %}
        {# The graph is the one thing that all questions of a command share. #}
        {% do graph.update({'checked_question': invocation_id}) %}
    {% endif %}
{% endmacro %}


{# Stops what is not a whole build, nor goes on with one, where one has ended before its time. #}
{% macro stop_if_under_way(state) %}
    {% if state.status == 'under way' %}
        {{ exceptions.raise_compiler_error(
            'The last whole build, of as_of_date ' ~ state.as_of_date ~ ', did not pass, and some tables may still be those of the one '
            ~ 'before: run dbt retry, or a whole dbt build.'
        ) }}
    {% endif %}
{% endmacro %}


{#
    dbt's own ref, and the check of a question. The check is not called by its name, or dbt would take every model for changed
    whenever a macro of the check is.
#}
{% macro ref() %}
    {% if execute %}{% do context['check_question']() %}{% endif %}
    {{ return(builtins.ref(*varargs, **kwargs)) }}
{% endmacro %}
