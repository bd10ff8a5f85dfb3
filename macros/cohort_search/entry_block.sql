{% macro entered_in(model, window, at_least_times) %}
    {% if at_least_times == 1 and not window.lower and not window.upper %}
        {{ return(model ~ '.patient_number is not null') }}
    {% elif at_least_times == 1 and not window.upper %}
        {{ return('coalesce(' ~ in_bounds(model ~ '.latest_date', window.lower) ~ ', false)') }}
    {% elif at_least_times == 1 and not window.lower %}
        {{ return('coalesce(' ~ in_bounds(model ~ '.first_date', window.upper) ~ ', false)') }}
    {% endif %}
    {{ return('coalesce(' ~ count_dates(model ~ '.event_dates', window.lower + window.upper) ~ ' >= ' ~ at_least_times ~ ', false)') }}
{% endmacro %}

{% macro entry_block(model, sql, at_least_times, window, verb='', dates='event_dates', day=none, state='') %}
    {% set title = title_of(model) %}
    {% set once = at_least_times == 1 %}
    {% set times = '' if once else 'on at least ' ~ at_least_times ~ ' days' %}
    {% set too_few = '' if once else 'on fewer than ' ~ at_least_times ~ ' days' %}
    {% set words = [title, verb, times, window.words] | select | join(' ') %}
    {% set absent_words = ['no' if once, state, title, verb, too_few, window.words] | select | join(' ') %}
    {% set absence = ['no' if once, state, title, verb or ('recorded' if not state), too_few, window.words] | select | join(' ') %}
    {% set conditions = window.lower + window.upper %}
    {% if day is none and window.upper %}
        {% set day = latest_of_dates(model ~ '.' ~ dates, conditions) %}
    {% endif %}
    {% if day is none %}
        {% set shown = [text_literal(sentence_case(title) ~ ': '), model ~ '.latest_term', "' ('", model ~ '.latest_date', "')'"] %}
    {% else %}
        {% set shown = [text_literal(sentence_case([title, verb] | select | join(' ')) ~ ' ('), day, "')'"] %}
    {% endif %}
    {% if not once %}
        {% do shown.extend(["', on '", count_dates(model ~ '.' ~ dates, conditions), "' days'"]) %}
    {% endif %}
    {{ return(block(
        sql=sql,
        words=words,
        evidence='concat(' ~ shown | join(', ') ~ ')',
        concepts=[model],
        absent_words=absent_words,
        absent_evidence='concat(' ~ text_literal(sentence_case(absence)) ~ ', case when ' ~ model
            ~ ".latest_date is not null then concat(' (last entry ', " ~ model ~ ".latest_date, ')') else '' end)"
    )) }}
{% endmacro %}
