{#
    Rates made comparable between populations of different age and sex. Two steps, the first over rows of
    one age (and sex) band each, the second over its columns:

        select
            area_code,
            {{ weighted_rate('events', 'patients', 'weight') }} as weighted_rate,
            {{ weighted_rate_variance('events', 'patients', 'weight') }} as weighted_rate_variance,
            sum(weight) as weight,
            sum(events) as events
        ... group by area_code                       one row per band, every band present

        {{ directly_standardised_rate('weighted_rate', 'weight', 'events') }}
        {{ directly_standardised_rate_lower('weighted_rate', 'weighted_rate_variance', 'weight', 'events') }}

    A band that is missing is not noticed: its weight would be missing too. So start from the bands.
    Source: Dobson et al 1991; European Standard Population 2013, Eurostat; PHEindicatormethods phe_dsr.
#}

{#
    The sum of the rates of the bands times their weights, an aggregate.
    Arguments: events, population, weight: columns of rows of one band each; null events count as 0.
    Result: null if a band with a weight has no population: its rate is unknown, not 0.
#}
{% macro weighted_rate(events, population, weight) -%}
    {%- set o, n, w = operand(events), operand(population), operand(weight) -%}
    case
        when count(*) = count(case when {{ n }} > 0 or {{ w }} = 0 then 1 end)
            then sum({{ w }} * (coalesce({{ o }}, 0) / nullif({{ n }}, 0)))
    end
{%- endmacro %}


{#
    The variance of the weighted rate, each event being one patient's, an aggregate.
    Arguments and null: as weighted_rate.
#}
{% macro weighted_rate_variance(events, population, weight) -%}
    {%- set o, n, w = operand(events), operand(population), operand(weight) -%}
    case
        when count(*) = count(case when {{ n }} > 0 or {{ w }} = 0 then 1 end)
            then sum(coalesce({{ o }}, 0) * power({{ w }} / nullif({{ n }}, 0), 2))
    end
{%- endmacro %}


{#
    A directly standardised rate.
    Arguments: weighted_rate, the aggregate above; weight, sum of the weights; events, sum of the events;
    multiplier, per how many.
    Result: per multiplier; null under 10 events, where its limits would not hold.
#}
{% macro directly_standardised_rate(weighted_rate, weight, events, multiplier=100000) -%}
    case
        when {{ operand(events) }} >= 10
            then {{ operand(multiplier) }} * {{ operand(weighted_rate) }} / nullif({{ operand(weight) }}, 0)
    end
{%- endmacro %}


{#
    The variance of a directly standardised rate.
    Arguments: weighted_rate_variance, the aggregate above; weight, events, multiplier: as the rate.
    Result: in the square of the rate's unit; null under 10 events.
#}
{% macro directly_standardised_rate_variance(weighted_rate_variance, weight, events, multiplier=100000) -%}
    case
        when {{ operand(events) }} >= 10
            then {{ operand(weighted_rate_variance) }} * power({{ operand(multiplier) }} / nullif({{ operand(weight) }}, 0), 2)
    end
{%- endmacro %}


{#
    The lower limit of a directly standardised rate, Dobson's method with Byar's limits of the count.
    Arguments: weighted_rate, weighted_rate_variance, weight, events, multiplier: as above; level.
    Result: per multiplier; null under 10 events.
#}
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


{#
    The upper limit of a directly standardised rate, Dobson's method with Byar's limits of the count.
    Arguments: weighted_rate, weighted_rate_variance, weight, events, multiplier: as above; level.
    Result: per multiplier; null under 10 events.
#}
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


{#
    How many events a population would have at the rates of a reference population, an aggregate.
    Arguments: population, reference_events, reference_population: columns of rows of one band each.
    Result: null if a band with a population has no reference population.
#}
{% macro expected_events(population, reference_events, reference_population) -%}
    {%- set n, o, m = operand(population), operand(reference_events), operand(reference_population) -%}
    case
        when count(*) = count(case when {{ m }} > 0 or {{ n }} = 0 then 1 end)
            then sum({{ n }} * (coalesce({{ o }}, 0) / nullif({{ m }}, 0)))
    end
{%- endmacro %}


{#
    An indirectly standardised ratio. It compares an area with the reference, not areas with each other.
    Arguments: observed, sum of the events; expected, the aggregate above, taken as certain; multiplier, 1 or 100.
    Result: null if nothing is expected.
#}
{% macro indirectly_standardised_ratio(observed, expected, multiplier=1) -%}
    {{ crude_rate(observed, expected, multiplier) }}
{%- endmacro %}


{# The lower limit of an indirectly standardised ratio. Arguments and null: as the ratio; level. #}
{% macro indirectly_standardised_ratio_lower(observed, expected, multiplier=1, level=95) -%}
    {{ crude_rate_lower(observed, expected, multiplier, level) }}
{%- endmacro %}


{# The upper limit of an indirectly standardised ratio. Arguments and null: as the ratio; level. #}
{% macro indirectly_standardised_ratio_upper(observed, expected, multiplier=1, level=95) -%}
    {{ crude_rate_upper(observed, expected, multiplier, level) }}
{%- endmacro %}
