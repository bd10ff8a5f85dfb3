{% macro warehouse_state() %}{{ return((warehouse_rows('state') or [{}])[0]) }}{% endmacro %}

{% macro warehouse_rows(name) %}
    {% set table, rows = warehouse_table(name), [] %}
    {% if relation_exists(table) %}
        {% for row in run_query('select * from ' ~ table).rows %}{% do rows.append(row.dict()) %}{% endfor %}
    {% endif %}
    {{ return(rows) }}
{% endmacro %}

{% macro warehouse_table(name) %}
    {{ return(api.Relation.create(database=target.database, schema='warehouse', identifier=name)) }}
{% endmacro %}

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

{% macro requested_state(state) %}
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

{% macro stop_unless_same(state) %}
    {% set asked, other, right = requested_state(state), [], [] %}
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
        {% do stop('The warehouse holds the tables of as_of_date ' ~ state.as_of_date ~ ', extract_date ' ~ state.extract_date
            ~ ', purpose ' ~ state.purpose ~ ', and this command asks for ' ~ other | join(' and ')
            ~ ': run a whole dbt build for that, or this with ' ~ right | join(' and ') ~ '.') %}
    {% endif %}
{% endmacro %}

{% macro stop_if_under_way(state) %}
    {% if state.status == 'under way' %}
        {% do stop('The last whole build, of as_of_date ' ~ state.as_of_date ~ ', did not pass, and some tables may still be '
            ~ 'those of the one before: run dbt retry, or a whole dbt build.') %}
    {% endif %}
{% endmacro %}

{% macro check_question() %}
    {% if flags.WHICH in ['show', 'compile', 'generate'] and graph.get('checked_question') != invocation_id %}
        {% do check_variables() %}
        {% set state = warehouse_state() %}
        {% if state %}{% do stop_unless_same(state) %}{% endif %}
        {% if flags.WHICH == 'show' %}{% do stop_if_under_way(state) %}{% endif %}
        {% do graph.update({'checked_question': invocation_id}) %}
    {% endif %}
{% endmacro %}

{% macro ref() %}
    {% if execute %}{% do context['check_question']() %}{% endif %}
    {{ return(builtins.ref(*varargs, **kwargs)) }}
{% endmacro %}
