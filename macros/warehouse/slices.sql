{#
    The slices of the marts, one for each as-of date, and whether they are still those that the last whole build left. The table
    `warehouse.slice` notes of every mart and date the rows and a number that stands for them.
#}

{# The marts that keep slices and are there: {name: relation}. #}
{% macro sliced_marts() %}
    {% set marts = {} %}
    {% for node in graph.nodes.values()
        if node.resource_type == 'model' and node.config.materialized == 'incremental' and node.config.incremental_strategy == 'slice' %}
        {% set mart = api.Relation.create(database=node.database, schema=node.schema, identifier=node.alias) %}
        {% if is_there(mart) %}{% do marts.update({node.name: mart}) %}{% endif %}
    {% endfor %}
    {{ return(marts) }}
{% endmacro %}


{#
    The slices of a mart: {date: {row_count, fingerprint}}.
    Arguments: mart, a relation; names, of the columns that count; where, a condition.
#}
{% macro slices_of(mart, names, where='1 = 1') %}
    {% set columns, slices = [], {} %}
    {% for name, type in columns_of(mart).items() if name in names %}
        {# The order in which an engine adds numbers up shows in the last digits of a double. #}
        {% do columns.append('cast(' ~ name ~ ' as real)' if type == 'double' else name) %}
    {% endfor %}
    {% for row in run_query(
        'select cast(as_of_date as ' ~ dbt.type_string() ~ '), count(*), cast(sum(' ~ row_hash(columns) ~ ') as ' ~ dbt.type_string()
        ~ ') from ' ~ mart ~ ' where ' ~ where ~ ' group by as_of_date'
    ).rows %}
        {% do slices.update({row[0]: {'row_count': row[1] | int, 'fingerprint': row[2] | int}}) %}
    {% endfor %}
    {{ return(slices) }}
{% endmacro %}


{# A whole number that stands for the values of a row. It may be another one in another version of the engine. #}
{% macro row_hash(columns) %}
    {{ return(adapter.dispatch('row_hash')(columns)) }}
{% endmacro %}

{% macro duckdb__row_hash(columns) %}
    {{ return('hash(' ~ columns | join(', ') ~ ')') }}
{% endmacro %}


{# The dates of which a whole build has left slices. #}
{% macro noted_dates() %}
    {{ return(warehouse_rows('slice') | map(attribute='as_of_date') | unique | list) }}
{% endmacro %}


{#
    What is not as the last whole build left it: {mart: [date, ...]}. A slice has other rows, or a mart has none of a date that
    dim_patient has, though it has an earlier one.
    Arguments: not_asked, dates that may be missing, because they are about to be made or taken out.
#}
{% macro wrong_slices(not_asked) %}
    {% set wrong, marts, notes = {}, sliced_marts(), warehouse_rows('slice') %}
    {% set engine = engine_version() %}
    {% set dates = slices_of(marts['dim_patient'], ['as_of_date']) if 'dim_patient' in marts else {} %}
    {% for name, mart in marts.items() %}
        {% set noted, found, different = {}, {}, [] %}
        {% for note in notes if note.mart == name %}{% do noted.update({note.as_of_date: note}) %}{% endfor %}
        {# All dates at once for each list of columns: a later version may have added some. #}
        {% for columns in noted.values() | map(attribute='columns') | unique | list or ['as_of_date'] %}
            {% do found.update({columns: slices_of(mart, columns.split(' '))}) %}
        {% endfor %}
        {% set present = (found.values() | list)[0] %}
        {% for date, note in noted.items() %}
            {% set slice = found[note.columns].get(date, {'row_count': 0, 'fingerprint': 0}) %}
            {% if slice.row_count != note.row_count | int
                or note.engine == engine and slice.fingerprint != note.fingerprint | int %}
                {% do different.append(date) %}
            {% endif %}
        {% endfor %}
        {% for date in dates if date not in noted and date not in present and date not in not_asked
            and present | select('lt', date) | list %}
            {% do different.append(date) %}
        {% endfor %}
        {% if different %}{% do wrong.update({name: different | sort}) %}{% endif %}
    {% endfor %}
    {{ return(wrong) }}
{% endmacro %}


{# What is wrong with slices, and what to do. Arguments: wrong, of wrong_slices. #}
{% macro in_words(wrong) %}
    {% set parts = [] %}
    {% for mart, dates in wrong.items() %}{% do parts.append(mart ~ ' (' ~ dates | join(', ') ~ ')') %}{% endfor %}
    {{ return(
        'these marts hold other rows of the dates in brackets than the last whole build left there: ' ~ parts | join(', ')
        ~ '; make each date anew with a whole build, dbt build --vars \'{as_of_date: ' ~ (wrong.values() | first)[0] ~ '}\' and so on'
    ) }}
{% endmacro %}


{#
    Notes the slices that are not noted yet, or by another version of the engine.
    Arguments: date, whose slices are noted anew, none if there is no such date; wrong, of wrong_slices: what is wrong stays so.
#}
{% macro note_slices(date, wrong) %}
    {% set marts, notes, noted, engine = sliced_marts(), [], [], engine_version() %}
    {% for note in warehouse_rows('slice') if note.mart in marts and note.as_of_date != date
        and (note.engine == engine or note.mart in wrong) %}
        {% do notes.append(note) %}
        {% do noted.append([note.mart, note.as_of_date]) %}
    {% endfor %}
    {% set dates = slices_of(marts['dim_patient'], ['as_of_date']) if 'dim_patient' in marts else {} %}
    {% for name, mart in marts.items() %}
        {% set columns, missing, days = columns_of(mart), [], [] %}
        {% for day in dates if [name, day] not in noted %}
            {% do missing.append(day) %}
            {% do days.append(date_literal(day)) %}
        {% endfor %}
        {% set slices = slices_of(mart, columns, 'as_of_date in (' ~ days | join(', ') ~ ')') if days else {} %}
        {% for day in missing %}
            {% do notes.append(dict(
                {'row_count': 0, 'fingerprint': 0}, mart=name, as_of_date=day, columns=columns | join(' '), engine=engine, **slices.get(day, {})
            )) %}
        {% endfor %}
    {% endfor %}
    {% if notes %}{% do write_warehouse_rows('slice', notes) %}{% endif %}
{% endmacro %}


{# The columns of a table or view: {name: type}, in lower case. As is_there. #}
{% macro columns_of(relation) %}
    {% set columns = {} %}
    {% for row in run_query('describe ' ~ relation).rows %}{% do columns.update({row[0]: row[1] | lower}) %}{% endfor %}
    {{ return(columns) }}
{% endmacro %}


{# The engine and its version. #}
{% macro engine_version() %}
    {{ return(run_query('select version()').rows[0][0]) }}
{% endmacro %}


{#
    Post-hook of direct_care_only_patient, in the same transaction: takes whoever has opted out since out of every slice, and notes what
    that leaves. A slice that was not as noted stays so: what goes is taken off the number that was noted.
#}
{% macro delete_opted_out() %}
    {% if execute and not is_direct_care() %}
        {% set notes, marts, opted_out = warehouse_rows('slice'), sliced_marts(), 'patient_id in (select patient_id from ' ~ this ~ ')' %}
        {% for name, mart in marts.items() if 'patient_id' in columns_of(mart) %}
            {% for columns in notes | selectattr('mart', 'equalto', name) | map(attribute='columns') | unique %}
                {% set gone = slices_of(mart, columns.split(' '), opted_out) %}
                {% for note in notes if note.mart == name and note.columns == columns and note.as_of_date in gone %}
                    {% do note.update({
                        'row_count': note.row_count | int - gone[note.as_of_date].row_count,
                        'fingerprint': note.fingerprint | int - gone[note.as_of_date].fingerprint,
                    }) %}
                {% endfor %}
            {% endfor %}
            {% do run_query('delete from ' ~ mart ~ ' where ' ~ opted_out) %}
        {% endfor %}
        {% if notes %}{% do write_warehouse_rows('slice', notes) %}{% endif %}
    {% endif %}
{% endmacro %}
