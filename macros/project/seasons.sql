{#
    The years and seasons that contain the as-of date, as ISO dates.
#}

{# The first day of the influenza season: 1 September, as the seasonal influenza programme counts it. #}
{% macro influenza_season_start() %}
    {{ return(latest_start('09-01')) }}
{% endmacro %}


{# The last day of the influenza season, 31 March: the day on which the programme takes the age of adults. #}
{% macro influenza_season_end() %}
    {{ return('%04d-03-31' | format(influenza_season_start()[0:4] | int + 1)) }}
{% endmacro %}


{# The last day before the influenza season, 31 August: the day on which the programme takes the age of children. #}
{% macro day_before_influenza_season() %}
    {{ return('%s-08-31' | format(influenza_season_start()[0:4])) }}
{% endmacro %}


{# The day after the influenza season, 1 April: what is entered from then on is not of this season. #}
{% macro day_after_influenza_season() %}
    {{ return('%04d-04-01' | format(influenza_season_start()[0:4] | int + 1)) }}
{% endmacro %}


{# The first day of the contract year: 1 April. #}
{% macro financial_year_start() %}
    {{ return(latest_start('04-01')) }}
{% endmacro %}


{# The last day of the contract year: 31 March. #}
{% macro financial_year_end() %}
    {{ return('%04d-03-31' | format(financial_year_start()[0:4] | int + 1)) }}
{% endmacro %}


{# The contract year in words: 2026/27. #}
{% macro financial_year() %}
    {% set year = financial_year_start()[0:4] | int %}
    {{ return('%d/%02d' | format(year, (year + 1) % 100)) }}
{% endmacro %}


{# The first day of the second half of the contract year: 1 October. #}
{% macro financial_year_half() %}
    {{ return('%s-10-01' | format(financial_year_start()[0:4])) }}
{% endmacro %}


{#
    The first day of the COVID-19 campaign: 1 September for autumn, 1 April for spring.
    Source: NCL ICB's published models (covid_campaign_selection).
#}
{% macro covid_19_campaign_start() %}
    {{ return([latest_start('09-01'), latest_start('04-01')] | max) }}
{% endmacro %}


{# The latest day of this month and day (mm-dd) that is not after the as-of date. #}
{% macro latest_start(month_and_day) %}
    {% set date = iso_date(var('as_of_date'), 'the variable as_of_date') %}
    {% set year = date[0:4] | int %}
    {{ return('%04d-%s' | format(year if date[5:] >= month_and_day else year - 1, month_and_day)) }}
{% endmacro %}
