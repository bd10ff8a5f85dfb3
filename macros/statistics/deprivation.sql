{#
    Groups of areas by deprivation. Ranks are by `rank() over (order by ... nulls last)`, 1 most deprived.
    Source: MHCLG, English indices of deprivation; PHEindicatormethods phe_quantile.
#}

{#
    The national decile of an area, as published with the indices.
    Arguments: rank, 1 to areas; areas, how many there are.
    Result: a whole number, 1 most deprived to 10; null for a rank outside.
#}
{% macro national_decile(rank, areas) -%}
    {%- set r, n = operand(rank), operand(areas) -%}
    case when {{ r }} between 1 and {{ n }} then cast(ceil(10 * {{ r }} / {{ n }}) as bigint) end
{%- endmacro %}


{# The quintile of a decile, a whole number, 1 most deprived to 5. #}
{% macro quintile_of_decile(decile) -%}
    cast(ceil({{ operand(decile) }} / 2) as bigint)
{%- endmacro %}


{#
    The local quantile of an area: among the areas of one place.
    Arguments: rank, among them, ties the lowest; areas, how many there are; quantiles, for example 5.
    Result: a whole number, 1 most deprived to quantiles; null if there are fewer areas than quantiles.
#}
{% macro local_quantile(rank, areas, quantiles) -%}
    {%- set r, n, k = operand(rank), operand(areas), operand(quantiles) -%}
    case
        when {{ n }} >= {{ k }} and {{ r }} between 1 and {{ n }}
            then greatest(1, cast({{ k }} + 1 - ceil(({{ n }} + 1 - {{ r }}) / ({{ n }} / {{ k }})) as bigint))
    end
{%- endmacro %}
