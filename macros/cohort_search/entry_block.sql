{#
    Whether a concept was entered on at least so many different days in a window. One entry since a
    date needs only the latest day, one before a date only the first; anything else counts days.
    Arguments: model; window (see window.sql); at_least_times.
    Result: a boolean expression, never null.
#}
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


{#
    What the blocks of entry_blocks.sql share. The evidence is the latest entry; where the window has an end, the
    latest day in it. That of an absence says when the concept was last entered, if it was, outside
    what was asked for.
    Arguments: model; sql; at_least_times; window; verb, what the words say was done; dates, the array
    that the block looks at; day, the day to show if it is another; state, the word for what is not the
    case where there is an entry but the block does not hold.
#}
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
