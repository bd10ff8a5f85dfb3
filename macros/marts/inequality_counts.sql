{#
    The measures of inequality: every search, over everyone registered, and every indicator, over its denominator.
    Result: a list of (measure, the column of its denominator, the column of its numerator); the columns are those of
    the first steps of inequality_counts_by_group.
#}
{% macro measures() %}
    {% set result = [] %}
    {% for cohort in models_in('cohorts') %}
        {% do result.append((cohort, 'patients', cohort ~ '_numerator')) %}
    {% endfor %}
    {% for indicator in models_in('indicators') %}
        {% do result.append((indicator, indicator ~ '_denominator', indicator ~ '_numerator')) %}
    {% endfor %}
    {{ return(result) }}
{% endmacro %}


{# The columns that hold counts of patients, each once. #}
{% macro count_columns() %}
    {{ return((measures() | map(attribute=1) | list + measures() | map(attribute=2) | list) | unique | list) }}
{% endmacro %}


{#
    The sums of these columns, under the same names; for a select with `group by`. The counts are double precision, in which
    whole numbers are exact: sums of bigint are of 128 bits in DuckDB, and take twice the time and memory.
#}
{% macro summed(columns) -%}
    {%- for column in columns %}
        sum({{ column }}) as {{ column }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
