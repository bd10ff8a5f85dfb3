{% macro latest_blood_pressure(at_least=none, above=none, at_most=none, below=none, within=none, concept='blood_pressure') %}
    {% set name = 'latest_blood_pressure' %}
    {% do check_arguments(name, kwargs, ['at_least', 'above', 'at_most', 'below', 'within', 'concept']) %}
    {% set model = concept_model(name, concept, ['observation']) %}
    {% set conditions, limits = [], [] %}
    {% for bound, operator, joiner, phrase in [
        (at_least, '>=', ' or ', '{} or more'), (above, '>', ' or ', 'above {}'),
        (at_most, '<=', ' and ', '{} or less'), (below, '<', ' and ', 'below {}'),
    ] if bound is not none %}
        {% set parts = modules.re.match('^([0-9]{2,3})/([0-9]{2,3})$', bound | string) %}
        {% if not parts %}
            {% do stop(name ~ " was given '" ~ bound ~ "', which is not a blood pressure: write for example '140/90'.") %}
        {% endif %}
        {% do conditions.append(
            '(' ~ clinic_equivalent(model, 'latest_value') ~ ' ' ~ operator ~ ' ' ~ parts.group(1) ~ joiner
            ~ clinic_equivalent(model, 'latest_diastolic') ~ ' ' ~ operator ~ ' ' ~ parts.group(2) ~ ')'
        ) %}
        {% do limits.append(phrase.replace('{}', bound)) %}
    {% endfor %}
    {% if not conditions %}{% do stop(name ~ ' has no bound: give at_least, above, at_most or below.') %}{% endif %}
    {% set window = window(name, within) %}
    {% if window.lower %}{% do conditions.append(in_bounds(model ~ '.latest_value_date', window.lower)) %}{% endif %}
    {% set bounds = limits | join(' and ') ~ (', recorded ' ~ window.words if window.words else '') %}
    {% set shown = "concat('Blood pressure ', " ~ model ~ ".latest_value, '/', " ~ model ~ ".latest_diastolic, ' (', "
        ~ model ~ ".latest_value_date, ', ', " ~ model ~ ".latest_value_term, ')')" %}
    {{ return(block(
        sql='coalesce(' ~ conditions | join(' and ') ~ ', false)',
        words='latest ' ~ title_of(model) ~ ' ' ~ bounds,
        evidence=shown,
        concepts=[model],
        absent_words='latest ' ~ title_of(model) ~ ' not ' ~ bounds,
        absent_evidence=shown_or_absent(model ~ '.latest_value', shown, title_of(model))
    )) }}
{% endmacro %}

{% macro clinic_equivalent(model, part) %}
    {{ return('(' ~ model ~ '.' ~ part ~ ' + case when ' ~ model ~ '.latest_is_home then 5 else 0 end)') }}
{% endmacro %}
