{% macro say_what_was_built() %}
    {% set patients, quality = node_named('dim_patient'), node_named('data_quality_summary') %}
    {% if execute and graph.get('published_by') == invocation_id and patients and quality %}
        {% set people = run_query(
            'select count(*), count(distinct practice_code), count(distinct pcn_code) from '
            ~ patients.relation_name ~ ' where as_of_date = ' ~ as_of_date()
        ).rows[0] %}
        {% set rows = run_query(
            'select sum(rows_received), sum(rows_rejected) from ' ~ quality.relation_name
        ).rows[0] %}
        {% set said = 'As of {}: {:,} registered patients, {} practices, {} networks, {} searches, {} indicators' %}
        {% do log(said.format(
            var('as_of_date'), people[0], people[1], people[2], models_in('cohorts') | length, models_in('indicators') | length
        ), info=true) %}
        {% set said = 'Turned away: {:,} of {:,} rows; data_quality_summary says why, stg_<table>_rejected has them' %}
        {% do log(said.format(rows[1] | int, rows[0] | int), info=true) %}
        {% do log('Published: ' ~ published_folder() ~ '/current', info=true) %}
        {% do log('Next: dbt show --select cohort_<name>' ~ given_variables(), info=true) %}
    {% endif %}
{% endmacro %}

{% macro given_variables() %}
    {% set given = [] %}
    {# A date without quotation marks comes as a date. #}
    {% for name, value in invocation_args_dict.vars.items() %}{% do given.append(name ~ ': ' ~ value) %}{% endfor %}
    {{ return(' --vars "{' ~ given | join(', ') ~ '}"' if given else '') }}
{% endmacro %}
