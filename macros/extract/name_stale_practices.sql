{% macro name_stale_practices(results) %}
    {% for result in (results if execute else [])
        if result.node.name == 'data_quality_practice' and result.status == 'success' %}
        {% set stale = run_query(
            'select practice_code, latest_event_date from ' ~ result.node.relation_name ~ ' where is_stale order by 1'
        ) %}
        {% for row in stale.rows %}
            {% do log(
                'Practice ' ~ row[0] ~ ' is stale: its patients have no event '
                ~ ('after ' ~ row[1] if row[1] else 'at all')
                ~ ', more than ' ~ var('max_days_without_events') ~ ' days before the extract (max_days_without_events).',
                info=true
            ) %}
        {% endfor %}
    {% endfor %}
{% endmacro %}
