{% macro patients_to_threshold(percent) -%}
    case
        when {{ percent }} is not null and counted.numerator is not null
            then greatest(0, cast(ceil({{ percent }} * counted.denominator / 100e0) as bigint) - counted.numerator)
    end
{%- endmacro %}
