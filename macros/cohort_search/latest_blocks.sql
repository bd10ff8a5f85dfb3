{% macro latest_value(concept, at_least=none, above=none, at_most=none, below=none, within=none) %}
    {% do check_arguments('latest_value', kwargs, ['at_least', 'above', 'at_most', 'below', 'within']) %}
    {% set model = concept_model('latest_value', concept, ['observation']) %}
    {% set bounds, limits = [], [] %}
    {% for argument, value, operator, phrase in [
        ('at_least', at_least, '>=', '{} or more'), ('above', above, '>', 'above {}'),
        ('at_most', at_most, '<=', '{} or less'), ('below', below, '<', 'below {}'),
    ] if value is not none %}
        {% do check_number('latest_value', argument, value) %}
        {% do bounds.append(operator ~ ' ' ~ value) %}
        {% do limits.append(phrase.replace('{}', value | string)) %}
    {% endfor %}
    {% if not bounds %}
        {% do stop("latest_value('" ~ concept ~ "') has no bound: give at_least, above, at_most or below.") %}
    {% endif %}
    {{ return(latest_block('latest_value', model, 'value', ' ', bounds, limits | join(' and '), within)) }}
{% endmacro %}

{% macro latest_is(concept, status, within=none) %}
    {% do check_arguments('latest_is', kwargs, ['within']) %}
    {% set model = concept_model('latest_is', concept, ['observation']) %}
    {% set node = node_named(model) %}
    {% if node %}
        {% do check_values("latest_is('" ~ concept ~ "')", [status], node.config.meta.get('statuses', [])) %}
    {% endif %}
    {{ return(latest_block('latest_is', model, 'status', ': ', ['= ' ~ text_literal(status)], status, within)) }}
{% endmacro %}

{% macro latest_block(name, model, what, separator, bounds, bounds_in_words, within) %}
    {% set window = window(name, within) %}
    {% set latest = model ~ '.latest_' ~ what %}
    {% set conditions = [in_bounds(latest, bounds)] %}
    {% if window.lower %}{% do conditions.append(in_bounds(latest ~ '_date', window.lower)) %}{% endif %}
    {% set title = title_of(model) %}
    {% set when = ', recorded ' ~ window.words if window.words else '' %}
    {% set shown = 'concat(' ~ text_literal(sentence_case(title) ~ separator) ~ ', '
        ~ ('round(' ~ latest ~ ', 2)' if what == 'value' else latest) ~ ", ' (', " ~ latest ~ "_date, ', ', " ~ latest ~ "_term, ')')" %}
    {{ return(block(
        sql='coalesce(' ~ conditions | join(' and ') ~ ', false)',
        words='latest ' ~ title ~ separator ~ bounds_in_words ~ when,
        evidence=shown,
        concepts=[model],
        absent_words='latest ' ~ title ~ separator ~ 'not ' ~ bounds_in_words ~ when,
        absent_evidence=shown_or_absent(latest, shown, title)
    )) }}
{% endmacro %}

{% macro shown_or_absent(latest, shown, title) %}
    {{ return('case when ' ~ latest ~ ' is not null then ' ~ shown ~ ' else ' ~ text_literal('No ' ~ title ~ ' recorded') ~ ' end') }}
{% endmacro %}
