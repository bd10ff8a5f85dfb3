{% macro window(block, within=none, on_or_after=none, before=none) %}
    {% set lower, upper, words = [], [], [] %}
    {% if within is not none %}
        {% do lower.append('> ' ~ date_literal(window_start(block, within))) %}
        {% do words.append('in the ' ~ within ~ ' to ' ~ long_date(var('as_of_date') | string)) %}
    {% endif %}
    {% if on_or_after is not none %}
        {% set date = iso_date(on_or_after, block ~ ': on_or_after') %}
        {% do lower.append('>= ' ~ date_literal(date)) %}
        {% do words.append('since ' ~ long_date(date)) %}
    {% endif %}
    {% if before is not none %}
        {% set date = iso_date(before, block ~ ': before') %}
        {% do upper.append('< ' ~ date_literal(date)) %}
        {% do words.append('before ' ~ long_date(date)) %}
    {% endif %}
    {{ return({'lower': lower, 'upper': upper, 'words': words | join(' and ')}) }}
{% endmacro %}

{% macro window_start(block, within) %}
    {{ return(day_before(iso_date(var('as_of_date'), 'the variable as_of_date'), within, block)) }}
{% endmacro %}

{% macro day_before(date, span, block='day_before') %}
    {% set length = window_length(block, span) %}
    {% set number, unit = length.number, length.unit %}
    {% set start = modules.datetime.date.fromisoformat(date) %}
    {% if unit in ['day', 'week'] %}
        {{ return((start - modules.datetime.timedelta(days=number * (7 if unit == 'week' else 1))).isoformat()) }}
    {% endif %}
    {% set months = start.year * 12 + start.month - 1 - number * (12 if unit == 'year' else 1) %}
    {% set year, month = months // 12, months % 12 + 1 %}
    {% set day = [start.day, days_in_month(year, month)] | min %}
    {{ return('%04d-%02d-%02d' | format(year, month, day)) }}
{% endmacro %}

{% macro window_length(block, within) %}
    {% set parts = modules.re.match('^([1-9][0-9]*) (day|week|month|year)s?$', within | string) %}
    {% if not parts %}
        {% do stop(block ~ ": within is '" ~ within ~ "', which is not a window: write a whole number of days, "
            ~ "weeks, months or years, for example '12 months'.") %}
    {% endif %}
    {{ return({'number': parts.group(1) | int, 'unit': parts.group(2)}) }}
{% endmacro %}

{% macro long_date(date) %}
    {% set months = [
        'January', 'February', 'March', 'April', 'May', 'June', 'July',
        'August', 'September', 'October', 'November', 'December',
    ] %}
    {{ return((date[8:10] | int) ~ ' ' ~ months[(date[5:7] | int) - 1] ~ ' ' ~ date[0:4]) }}
{% endmacro %}

{% macro in_bounds(expression, bounds) %}
    {{ return(expression ~ ' ' ~ bounds | join(' and ' ~ expression ~ ' ')) }}
{% endmacro %}

{% macro count_dates(dates, conditions) %}
    {{ return(adapter.dispatch('count_dates')(dates, conditions)) }}
{% endmacro %}

{% macro earliest_of_dates(dates, conditions) %}
    {{ return(adapter.dispatch('earliest_of_dates')(dates, conditions)) }}
{% endmacro %}

{% macro latest_of_dates(dates, conditions) %}
    {{ return(adapter.dispatch('latest_of_dates')(dates, conditions)) }}
{% endmacro %}

{% macro duckdb__count_dates(dates, conditions) %}
    {{ return('len(' ~ duckdb__matching_dates(dates, conditions) ~ ')') }}
{% endmacro %}

{% macro duckdb__earliest_of_dates(dates, conditions) %}
    {{ return('list_min(' ~ duckdb__matching_dates(dates, conditions) ~ ')') }}
{% endmacro %}

{% macro duckdb__latest_of_dates(dates, conditions) %}
    {{ return('list_max(' ~ duckdb__matching_dates(dates, conditions) ~ ')') }}
{% endmacro %}

{% macro duckdb__matching_dates(dates, conditions) %}
    {{ return('[day for day in ' ~ dates ~ ' if ' ~ in_bounds('day', conditions) ~ ']' if conditions else dates) }}
{% endmacro %}
