{% macro normal_deviate(level) -%}
    {%- set known = {95: '1.959963984540054e0', 99.8: '3.0902323061678132e0'} -%}
    {%- if level is not number or level not in known -%}
        {{ exceptions.raise_compiler_error("The level of confidence is '" ~ level ~ "': give 95 or 99.8, a number.") }}
    {%- endif -%}
    {{ known[level] }}
{%- endmacro %}

{% macro operand(expression) -%}
    {%- set text = expression | string | trim -%}
    {{ text if text.replace('_', '').replace('.', '').isalnum() else '(' ~ text ~ ')' }}
{%- endmacro %}
