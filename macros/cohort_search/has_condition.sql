{#
    True when the concept's rule holds (for example: diagnosed and not resolved since). With a date
    argument, a diagnosis that makes it hold lies there.
    Arguments: concept, the name of a model condition_<concept>; within, on_or_after, before: a
    window (see window.sql); at_least_times, on so many different days.
    Errors: an unknown concept, a bad window, a number that is none.
#}
{% macro has_condition(concept, within=none, on_or_after=none, before=none, at_least_times=1) %}
    {{ return(entry_block('has_condition', 'condition_' ~ concept, at_least_times, within, on_or_after, before)) }}
{% endmacro %}


{#
    True when at least so many doses were given, on different days, in the window.
    Arguments: concept, the name of a model vaccination_<concept>; doses; within, on_or_after,
    before: a window (see window.sql).
    Errors: an unknown concept, a bad window, a number that is none.
#}
{% macro vaccinated(concept, doses=1, within=none, on_or_after=none, before=none) %}
    {{ return(entry_block('vaccinated', 'vaccination_' ~ concept, doses, within, on_or_after, before)) }}
{% endmacro %}


{# What has_condition and vaccinated share: entries of a concept, on so many days, in a window. #}
{% macro entry_block(name, concept, at_least_times, within, on_or_after, before) %}
    {% do check_number(name, 'the number of times', at_least_times) %}
    {% if at_least_times < 1 or at_least_times is not integer %}
        {{ exceptions.raise_compiler_error(
            name ~ ': the number of times is ' ~ at_least_times ~ ', and must be a whole number from 1.'
        ) }}
    {% endif %}
    {% set window = window(name, within, on_or_after, before) %}
    {% set sql = entered_in(concept, window, at_least_times) %}
    {% set title = in_titles('{' ~ concept ~ '}') %}
    {% set words = [
        '{' ~ concept ~ '}',
        'on at least ' ~ at_least_times ~ ' days' if at_least_times > 1 else '',
        window.words,
    ] | select | join(' ') %}
    {{ return(block(
        sql=sql,
        words=words,
        evidence="case when " ~ sql ~ " then concat(" ~ text_literal(sentence_case(title) ~ ': ') ~ ", "
            ~ concept ~ ".latest_term, ' (', " ~ concept ~ ".latest_date, ')') end",
        concepts=[concept],
        absence="concat(" ~ text_literal('No ' ~ in_titles(words) ~ ' recorded') ~ ", case when "
            ~ concept ~ ".latest_date is not null then concat(' (last on ', " ~ concept ~ ".latest_date, ')') end)"
    )) }}
{% endmacro %}
