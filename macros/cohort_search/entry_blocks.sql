{% macro has_condition(concept, within=none, on_or_after=none, before=none, at_least_times=1) %}
    {% do check_arguments('has_condition', kwargs, ['within', 'on_or_after', 'before', 'at_least_times']) %}
    {% do check_count('has_condition', 'at_least_times', at_least_times) %}
    {% set model = concept_model('has_condition', concept, ['condition']) %}
    {% set window = window('has_condition', within, on_or_after, before) %}
    {% if at_least_times == 1 and not window.lower and not window.upper %}
        {% set sql = 'coalesce(' ~ model ~ '.is_active, false)' %}
    {% elif at_least_times == 1 and not window.upper %}
        {% set sql = 'coalesce(' ~ model ~ '.is_active and ' ~ in_bounds(model ~ '.latest_date', window.lower) ~ ', false)' %}
    {% else %}
        {% set sql = 'coalesce(' ~ count_dates(model ~ '.active_dates', window.lower + window.upper) ~ ' >= ' ~ at_least_times ~ ', false)' %}
    {% endif %}
    {{ return(entry_block(model, sql, at_least_times, window, dates='active_dates', state='active')) }}
{% endmacro %}

{% macro recorded(concept, within=none, on_or_after=none, before=none) %}
    {% do check_arguments('recorded', kwargs, ['within', 'on_or_after', 'before']) %}
    {% set model = concept_model('recorded', concept, ['condition', 'observation', 'vaccination', 'medication']) %}
    {% set window = window('recorded', within, on_or_after, before) %}
    {{ return(entry_block(model, entered_in(model, window, 1), 1, window, 'recorded')) }}
{% endmacro %}

{% macro first_recorded(concept, within=none, on_or_after=none, before=none) %}
    {% do check_arguments('first_recorded', kwargs, ['within', 'on_or_after', 'before']) %}
    {% set model = concept_model('first_recorded', concept, ['condition', 'observation', 'vaccination', 'medication']) %}
    {% set window = window('first_recorded', within, on_or_after, before) %}
    {% if not window.words %}
        {% do stop("first_recorded('" ~ concept ~ "') has no window: give within, on_or_after or before, or use recorded.") %}
    {% endif %}
    {% set sql = 'coalesce(' ~ in_bounds(model ~ '.first_date', window.lower + window.upper) ~ ', false)' %}
    {{ return(entry_block(model, sql, 1, window, 'first recorded', day=model ~ '.first_date')) }}
{% endmacro %}

{% macro vaccinated(concept, doses=1, within=none, on_or_after=none, before=none) %}
    {% do check_arguments('vaccinated', kwargs, ['doses', 'within', 'on_or_after', 'before']) %}
    {% do check_count('vaccinated', 'doses', doses) %}
    {% set model = concept_model('vaccinated', concept, ['vaccination']) %}
    {% set window = window('vaccinated', within, on_or_after, before) %}
    {{ return(entry_block(model, entered_in(model, window, doses), doses, window)) }}
{% endmacro %}

{% macro prescribed(concept, within=none, at_least_times=1) %}
    {% do check_arguments('prescribed', kwargs, ['within', 'at_least_times']) %}
    {% do check_count('prescribed', 'at_least_times', at_least_times) %}
    {% set model = concept_model('prescribed', concept, ['medication']) %}
    {% set window = window('prescribed', within) %}
    {{ return(entry_block(model, entered_in(model, window, at_least_times), at_least_times, window, 'prescribed')) }}
{% endmacro %}
