{% macro share_of_period(counted_over) -%}
    {%- set date = modules.datetime.date.fromisoformat -%}
    {%- set as_of = date(iso_date(var('as_of_date'), 'the variable as_of_date')) -%}
    case {{ counted_over }}
        {%- for period, start, end in [
            ('financial year', financial_year_start(), financial_year_end()),
            ('influenza season', influenza_season_start(), influenza_season_end()),
        ] %}
        when '{{ period }}' then {{ [1.0, ((as_of - date(start)).days + 1) / ((date(end) - date(start)).days + 1)] | min }}e0
        {%- endfor %}
    end
{%- endmacro %}
