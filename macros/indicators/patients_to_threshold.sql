{#
    How many more patients of the denominator must achieve the measure for it to reach a threshold.
    Arguments: percent, an expression, the threshold as a whole percentage; counted.numerator and
    counted.denominator must be in scope.
    Result: a whole number, 0 if it is reached; null if there is no threshold or the count is hidden.
#}
{% macro patients_to_threshold(percent) -%}
    case
        when {{ percent }} is not null and counted.numerator is not null
            then greatest(0, cast(ceil({{ percent }} * counted.denominator / 100e0) as bigint) - counted.numerator)
    end
{%- endmacro %}
