{#
    What the macros of this folder share. Each takes SQL expressions, mostly names of columns, whole
    numbers or double precision (never decimal: engines round its products in different ways), and
    gives one SQL expression in double precision, unless its comment says otherwise. `level` is the level
    of confidence in percent, 95 or 99.8. Every division is guarded, every number with a fraction is
    written with an exponent, and only functions that DuckDB and Spark share are used.
#}

{#
    The standard normal deviate of a two-sided level of confidence.
    Arguments: level, 95 or 99.8.
    Result: a number as SQL.
    Errors: any other level.
#}
{% macro normal_deviate(level) -%}
    {%- set known = {95: '1.959963984540054e0', 99.8: '3.0902323061678132e0'} -%}
    {%- if level is not number or level not in known -%}
        {{ exceptions.raise_compiler_error("The level of confidence is '" ~ level ~ "': give 95 or 99.8, a number.") }}
    {%- endif -%}
    {{ known[level] }}
{%- endmacro %}


{# An expression as it can stand beside any operator: in brackets, unless it is a name or a number. #}
{% macro operand(expression) -%}
    {%- set text = expression | string | trim -%}
    {{ text if text.replace('_', '').replace('.', '').isalnum() else '(' ~ text ~ ')' }}
{%- endmacro %}
