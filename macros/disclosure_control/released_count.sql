{% macro released_count(count, key) -%}
    {%- set rounded -%}
        5 * cast(floor(({{ operand(count) }} + {{ count_noise(key) }} + 2) / 5e0) as {{ dbt.type_bigint() }})
    {%- endset -%}
    case
        when {{ operand(count) }} > 8 then greatest(10, {{ rounded }})
        when {{ operand(count) }} = 8 then nullif({{ rounded }}, 5)
    end
{%- endmacro %}

{% macro is_count_shown(count, key) -%}
    case when {{ operand(count) }} > 8 then true else {{ released_count(count, key) }} is not null end
{%- endmacro %}

{% macro count_noise(key) -%}
    (cast(
        substring('0111122222233334', position(substring({{ keyed_hash('noise', key) }}, 1, 1) in '0123456789abcdef'), 1)
        as {{ dbt.type_int() }}
    ) - 2)
{%- endmacro %}

{% macro is_zero_shown(name, denominator_key, area_type, area_code, dimension, dimension_group) -%}
    {%- if disclosure_policy() == 'nhs_england' and not is_direct_care() -%}
        {%- set cell = [name, denominator_key, area_type, area_code, dimension, dimension_group] | join(", '|', ") -%}
        {{ count_noise('concat(' ~ cell ~ ')') }} <= 0
    {%- else -%}
        false
    {%- endif -%}
{%- endmacro %}
