{% macro influenza_season_start() %}{{ return(latest_anniversary('09-01')) }}{% endmacro %}

{% macro influenza_season_end() %}
    {{ return('%04d-03-31' | format(influenza_season_start()[0:4] | int + 1)) }}
{% endmacro %}

{% macro day_before_influenza_season() %}
    {{ return('%s-08-31' | format(influenza_season_start()[0:4])) }}
{% endmacro %}

{% macro day_after_influenza_season() %}
    {{ return('%04d-04-01' | format(influenza_season_start()[0:4] | int + 1)) }}
{% endmacro %}

{% macro financial_year_start() %}{{ return(latest_anniversary('04-01')) }}{% endmacro %}

{% macro financial_year_end() %}
    {{ return('%04d-03-31' | format(financial_year_start()[0:4] | int + 1)) }}
{% endmacro %}

{% macro financial_year() %}
    {% set year = financial_year_start()[0:4] | int %}
    {{ return('%d/%02d' | format(year, (year + 1) % 100)) }}
{% endmacro %}

{% macro financial_year_half() %}{{ return('%s-10-01' | format(financial_year_start()[0:4])) }}{% endmacro %}

{% macro covid_19_campaign_start() %}
    {{ return([latest_anniversary('09-01'), latest_anniversary('04-01')] | max) }}
{% endmacro %}

{% macro latest_anniversary(month_and_day) %}
    {% set date = iso_date(var('as_of_date'), 'the variable as_of_date') %}
    {% set year = date[0:4] | int %}
    {{ return('%04d-%s' | format(year if date[5:] >= month_and_day else year - 1, month_and_day)) }}
{% endmacro %}
