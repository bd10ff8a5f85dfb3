{#
    The first day of the influenza season of the as-of date: 1 September, as the seasonal influenza
    programme counts it. From January to August it is that of the year before.
    Result: an ISO date.
#}
{% macro influenza_season_start() %}
    {% set date = iso_date(var('as_of_date'), 'the variable as_of_date') %}
    {% set year = date[0:4] | int %}
    {{ return('%04d-09-01' | format(year if date[5:7] | int >= 9 else year - 1)) }}
{% endmacro %}
