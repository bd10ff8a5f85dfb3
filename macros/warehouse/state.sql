{#
    What the warehouse holds. Its tables are of one as-of date, one extract (known by content), one extract date and
    one purpose, and the row in `warehouse.state` says which. Only a whole build changes that; any other command
    names the same or stops. status is

        complete    a whole build left them so
        under way   a whole build is on its way to these, or ended before it got there
        in parts    they were only ever built in parts
#}

{# That row as a dictionary of texts, {} if there is none. #}
{% macro warehouse_state() %}{{ return((warehouse_rows('state') or [{}])[0]) }}{% endmacro %}


{# The rows of a table that hooks write, each a dictionary of texts; none if there is no such table. #}
{% macro warehouse_rows(name) %}
    {% set table, rows = warehouse_table(name), [] %}
    {% if is_there(table) %}
        {% for row in run_query('select * from ' ~ table).rows %}{% do rows.append(row.dict()) %}{% endfor %}
    {% endif %}
    {{ return(rows) }}
{% endmacro %}

{% macro warehouse_table(name) %}
    {{ return(api.Relation.create(database=target.database, schema='warehouse', identifier=name)) }}
{% endmacro %}


{#
    Puts these rows in the place of what it holds, in one statement. Arguments: name; rows, one or more, with the
    same keys.
#}
{% macro write_warehouse_rows(name, rows) %}
    {% set lines = [] %}
    {% for row in rows %}
        {% set values = [] %}
        {% for value in row.values() %}{% do values.append(text_literal(value | string)) %}{% endfor %}
        {% do lines.append('(' ~ values | join(', ') ~ ')') %}
    {% endfor %}
    {% do run_query('create schema if not exists warehouse') %}
    {% do run_query(replace_table(warehouse_table(name), rows[0] | join(', '), lines | join(', '))) %}
{% endmacro %}


{#
    What this command asks for.
    Arguments: state, what the warehouse holds: its files are not read again if they have not changed since.
    Result: {as_of_date, extract_date, purpose, extract, files}, as in the state; extract stands for the bytes of
    all files.
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


{# Stops the command unless it asks for what the warehouse holds. #}
{% macro stop_unless_same(state) %}
    {% set asked, other, right = asked_of_warehouse(state), [], [] %}
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
            'The warehouse holds the tables of as_of_date ' ~ state.as_of_date ~ ', extract_date ' ~ state.extract_date
            ~ ', purpose ' ~ state.purpose ~ ', and this command asks for ' ~ other | join(' and ')
            ~ ': run a whole dbt build for that, or this with ' ~ right | join(' and ') ~ '.'
        ) }}
    {% endif %}
{% endmacro %}


{# Stops what is not a whole build, nor goes on with one, where one has ended before its time. #}
{% macro stop_if_under_way(state) %}
    {% if state.status == 'under way' %}
        {{ exceptions.raise_compiler_error(
            'The last whole build, of as_of_date ' ~ state.as_of_date ~ ', did not pass, and some tables may still be '
            ~ 'those of the one before: run dbt retry, or a whole dbt build.'
        ) }}
    {% endif %}
{% endmacro %}


{#
    For a question about what is there, which runs no hooks (dbt show, compile, docs generate): stops it if it names
    a variable that there is not, or something else than the warehouse holds. Asked once for a command: the graph is
    what its questions share.
#}
{% macro check_question() %}
    {% if flags.WHICH in ['show', 'compile', 'generate'] and graph.get('checked_question') != invocation_id %}
        {% do check_variables() %}
        {% set state = warehouse_state() %}
        {% if state %}{% do stop_unless_same(state) %}{% endif %}
        {% if flags.WHICH == 'show' %}{% do stop_if_under_way(state) %}{% endif %}
        {% do graph.update({'checked_question': invocation_id}) %}
    {% endif %}
{% endmacro %}


{#
    dbt's own ref, and the check of a question. The check is not called by its name, or dbt would take every model
    for changed whenever a macro of the check is.
#}
{% macro ref() %}
    {% if execute %}{% do context['check_question']() %}{% endif %}
    {{ return(builtins.ref(*varargs, **kwargs)) }}
{% endmacro %}
