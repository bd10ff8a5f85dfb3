{% macro weighted_rate(events, population, weight) -%}
    {%- set o, n, w = operand(events), operand(population), operand(weight) -%}
    case
        when count(*) = count(case when {{ n }} > 0 or {{ w }} = 0 then 1 end)
            then sum({{ w }} * (coalesce({{ o }}, 0) / nullif({{ n }}, 0)))
    end
{%- endmacro %}

{% macro weighted_rate_variance(events, population, weight) -%}
    {%- set o, n, w = operand(events), operand(population), operand(weight) -%}
    case
        when count(*) = count(case when {{ n }} > 0 or {{ w }} = 0 then 1 end)
            then sum(coalesce({{ o }}, 0) * power({{ w }} / nullif({{ n }}, 0), 2))
    end
{%- endmacro %}

{% macro directly_standardised_rate(weighted_rate, weight, events, multiplier=100000) -%}
    case
        when {{ operand(events) }} >= 10
            then {{ operand(multiplier) }} * {{ operand(weighted_rate) }} / nullif({{ operand(weight) }}, 0)
    end
{%- endmacro %}

{% macro directly_standardised_rate_lower(
    weighted_rate, weighted_rate_variance, weight, events, multiplier=100000, level=95
) -%}
    {%- set o = operand(events) -%}
    case
        when {{ o }} >= 10
            then {{ operand(multiplier) }} * (
                {{ operand(weighted_rate) }} + sqrt({{ operand(weighted_rate_variance) }} / {{ o }})
                * ({{ byar_approximation_lower(events, level) }} - {{ o }})
            ) / nullif({{ operand(weight) }}, 0)
    end
{%- endmacro %}

{% macro directly_standardised_rate_upper(
    weighted_rate, weighted_rate_variance, weight, events, multiplier=100000, level=95
) -%}
    {%- set o = operand(events) -%}
    case
        when {{ o }} >= 10
            then {{ operand(multiplier) }} * (
                {{ operand(weighted_rate) }} + sqrt({{ operand(weighted_rate_variance) }} / {{ o }})
                * ({{ byar_approximation_upper(events, level) }} - {{ o }})
            ) / nullif({{ operand(weight) }}, 0)
    end
{%- endmacro %}

{% macro expected_events(population, reference_events, reference_population) -%}
    {%- set n, o, m = operand(population), operand(reference_events), operand(reference_population) -%}
    case
        when count(*) = count(case when {{ m }} > 0 or {{ n }} = 0 then 1 end)
            then sum({{ n }} * (coalesce({{ o }}, 0) / nullif({{ m }}, 0)))
    end
{%- endmacro %}

{% macro indirectly_standardised_ratio(observed, expected, multiplier=1) -%}
    {{ crude_rate(observed, expected, multiplier) }}
{%- endmacro %}
