{#
    The window of dates that a block's arguments describe.
    Arguments: block, its name for messages; within, '12 months', '5 years' and so on: after the day
    so long before the as-of date; on_or_after and before, ISO dates.
    Result: {lower, upper, words}: lists of SQL conditions without their left side (`>= ...`), and
    the window in words, none of either if there is no window.
    Errors: a window that is not a whole number of days, weeks, months or years; a date that is none.
#}
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


{#
    The day from which a window that ends on the as-of date starts, itself outside the window.
    Arguments: block, its name for messages; within, for example '5 years'.
    Result: an ISO date. A month earlier than the 31st is the last day of a shorter month.
    Errors: within is not a whole number of days, weeks, months or years.
#}
{% macro window_start(block, within) %}
    {{ return(day_before(iso_date(var('as_of_date'), 'the variable as_of_date'), within, block)) }}
{% endmacro %}


{# The day so long before an ISO date. Arguments: date; span, for example '5 years'; block, a name for messages. #}
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


{#
    The length of a window in words, as a number and a unit.
    Arguments: block, its name for messages; within, for example '5 years'.
    Result: {number, unit}, the unit in the singular.
    Errors: within is not a whole number of days, weeks, months or years.
#}
{% macro window_length(block, within) %}
    {% set parts = modules.re.match('^([1-9][0-9]*) (day|week|month|year)s?$', within | string) %}
    {% if not parts %}
        {{ exceptions.raise_compiler_error(
            block ~ ": within is '" ~ within ~ "', which is not a window: write a whole number of days, "
            ~ "weeks, months or years, for example '12 months'."
        ) }}
    {% endif %}
    {{ return({'number': parts.group(1) | int, 'unit': parts.group(2)}) }}
{% endmacro %}


{# An ISO date as people write it: 31 October 2026. #}
{% macro long_date(date) %}
    {% set months = [
        'January', 'February', 'March', 'April', 'May', 'June', 'July',
        'August', 'September', 'October', 'November', 'December',
    ] %}
    {{ return((date[8:10] | int) ~ ' ' ~ months[(date[5:7] | int) - 1] ~ ' ' ~ date[0:4]) }}
{% endmacro %}


{# Whether an expression meets every bound. Arguments: bounds, a list such as ['>= 30', '< 35']. #}
{% macro in_bounds(expression, bounds) %}
    {{ return(expression ~ ' ' ~ bounds | join(' and ' ~ expression ~ ' ')) }}
{% endmacro %}


{#
    The dates of an array that meet every condition: how many they are, the earliest and the latest.
    Arguments: dates, an array expression; conditions, a list such as ["> cast('2021-10-31' as date)"].
    Result: an integer and date expressions; null where the array is.
#}
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
