{#
    A count as it may be shown: with a little noise, then rounded to 5.
    Arguments: count, of patients; key, of the cell (cell_key).
    Result: the figure; null, which is hidden, for a count of 7 or fewer, and of 8 where the figure is 5. A 9 is always shown, as
    10 at least: if it could be hidden, a shown 8 within it would tell that one patient lies between.
#}
{% macro released_count(count, key) -%}
    {%- set rounded -%}
        5 * cast(floor(({{ operand(count) }} + {{ count_noise(key) }} + 2) / 5e0) as {{ dbt.type_bigint() }})
    {%- endset -%}
    case
        when {{ operand(count) }} > 8 then greatest(10, {{ rounded }})
        when {{ operand(count) }} = 8 then nullif({{ rounded }}, 5)
    end
{%- endmacro %}


{#
    Whether a count is shown. One of 9 or more is, whatever its noise, so its hash need not be computed.
    Arguments: count, key: as released_count.
#}
{% macro is_count_shown(count, key) -%}
    case when {{ operand(count) }} > 8 then true else {{ released_count(count, key) }} is not null end
{%- endmacro %}


{#
    The noise of a count: -2, -1, 0, 1 or 2, with weights of 1, 4, 6, 4 and 1 sixteenths, from the first digit of a hash. Not
    from the key itself: keys add up, and so would noise from their digits.
    Arguments: key, of the cell, or what stands for it.
#}
{% macro count_noise(key) -%}
    (cast(
        substring('0111122222233334', position(substring({{ keyed_hash('noise', key) }}, 1, 1) in '0123456789abcdef'), 1)
        as {{ dbt.type_int() }}
    ) - 2)
{%- endmacro %}


{#
    Whether the policy shows a count of nobody as 0. It hides it where its noise would have made it a patient or two, as if it
    were small. An empty cell has the key 0, so its noise is from what tells counts apart: without the name, one 0 that is shown would tell
    that what is hidden of the same cell is none.
    Arguments: name, an expression that names what is counted, the same for all measures that count the same; denominator_key, of
    the denominator's cell; area_type, area_code, dimension, dimension_group, of the cell.
    Result: a condition.
#}
{% macro is_zero_shown(name, denominator_key, area_type, area_code, dimension, dimension_group) -%}
    {%- if disclosure_policy() == 'nhs_england' and not is_direct_care() -%}
        {%- set cell = [name, denominator_key, area_type, area_code, dimension, dimension_group] | join(", '|', ") -%}
        {{ count_noise('concat(' ~ cell ~ ')') }} <= 0
    {%- else -%}
        false
    {%- endif -%}
{%- endmacro %}
