{% macro sliced_marts() %}
    {% set marts = {} %}
    {% for node in graph.nodes.values()
        if node.resource_type == 'model' and node.config.materialized == 'incremental'
        and node.config.incremental_strategy == 'slice' %}
        {% set mart = api.Relation.create(database=node.database, schema=node.schema, identifier=node.alias) %}
        {% if relation_exists(mart) %}{% do marts.update({node.name: mart}) %}{% endif %}
    {% endfor %}
    {{ return(marts) }}
{% endmacro %}

{% macro slices_of(mart, relation, columns, where='1 = 1') %}
    {% set types, slices, text = columns_of(relation), {}, dbt.type_string() %}
    {% for names in columns | unique %}
        {% set values = [] %}
        {% for name in names.split(' ') if name in types %}
            {# The order in which an engine adds numbers up shows in the last digits of a double. #}
            {% set column = adapter.quote(name) %}
            {% do values.append('cast(' ~ column ~ ' as real)' if types[name] == 'double' else column) %}
        {% endfor %}
        {% for date, rows, fingerprint in run_query(
            'select cast(as_of_date as ' ~ text ~ '), count(*), cast(sum(' ~ row_hash(values) ~ ') as ' ~ text ~ ') '
            ~ 'from ' ~ relation ~ ' where ' ~ where ~ ' group by as_of_date'
        ).rows %}
            {% do slices.update({(mart, names, date): {'row_count': rows | int, 'fingerprint': fingerprint | int}}) %}
        {% endfor %}
    {% endfor %}
    {{ return(slices) }}
{% endmacro %}

{% macro wrong_slices(not_asked, note=none) %}
    {% set marts, found, now, wrong, notes = sliced_marts(), {}, {}, {}, {} %}
    {% set engine, none_left = run_query('select version()').rows[0][0], {'row_count': 0, 'fingerprint': 0} %}
    {% for row in warehouse_rows('slice') if row.mart in marts %}
        {% do notes.update({(row.mart, row.as_of_date): row}) %}
    {% endfor %}
    {% for mart, relation in marts.items() %}
        {% do now.update({mart: columns_of(relation) | join(' ')}) %}
        {% set columns = notes.values() | selectattr('mart', 'equalto', mart) | map(attribute='columns') | list %}
        {% do found.update(slices_of(mart, relation, columns + [now[mart]])) %}
    {% endfor %}
    {% for (mart, date), row in notes.items() %}
        {% set slice = found.get((mart, row.columns, date), none_left) %}
        {% set is_same = row.engine != engine or slice.fingerprint == row.fingerprint | int %}
        {% if date != note and (slice.row_count != row.row_count | int or not is_same) %}
            {% do wrong.setdefault(mart, []).append(date) %}
        {% endif %}
    {% endfor %}
    {% for mart in marts %}
        {% for first, columns, date in found if first == 'dim_patient' and columns == now[first] %}
            {% set row, slice = notes.get((mart, date)), found.get((mart, now[mart], date), none_left) %}
            {% if not row and not slice.row_count and note not in [date, 'all'] and date not in not_asked
                and found | selectattr(0, 'equalto', mart) | selectattr(2, 'lt', date) | list %}
                {% do wrong.setdefault(mart, []).append(date) %}
            {% elif not row or date == note or row.engine != engine and mart not in wrong %}
                {% set row = dict(slice, mart=mart, as_of_date=date, columns=now[mart], engine=engine) %}
                {% do notes.update({(mart, date): row}) %}
            {% endif %}
        {% endfor %}
    {% endfor %}
    {% if note and notes %}{% do write_warehouse_rows('slice', notes.values() | list) %}{% endif %}
    {{ return(wrong) }}
{% endmacro %}

{% macro wrong_in_words(wrong) %}
    {% set parts = [] %}
    {% for mart, dates in wrong.items() %}
        {% do parts.append(mart ~ ' (' ~ dates | sort | join(', ') ~ ')') %}
    {% endfor %}
    {{ return(
        'these marts hold other rows of the dates in brackets than the last whole build left there: '
        ~ parts | join(', ') ~ "; make each date anew with a whole build, dbt build --vars '{as_of_date: "
        ~ (wrong.values() | first | sort)[0] ~ "}' and so on"
    ) }}
{% endmacro %}

{% macro delete_opted_out() %}
    {% if execute and not is_direct_care() %}
        {% set notes, opted_out = warehouse_rows('slice'), 'patient_id in (select patient_id from ' ~ this ~ ')' %}
        {% for mart, relation in sliced_marts().items() if 'patient_id' in columns_of(relation) %}
            {% set its = notes | selectattr('mart', 'equalto', mart) | list %}
            {% set gone = slices_of(mart, relation, its | map(attribute='columns') | list, opted_out) %}
            {% for row in its if (mart, row.columns, row.as_of_date) in gone %}
                {% for name, value in gone[(mart, row.columns, row.as_of_date)].items() %}
                    {% do row.update({name: row[name] | int - value}) %}
                {% endfor %}
            {% endfor %}
            {% do run_query('delete from ' ~ relation ~ ' where ' ~ opted_out) %}
        {% endfor %}
        {% if notes %}{% do write_warehouse_rows('slice', notes) %}{% endif %}
    {% endif %}
{% endmacro %}
