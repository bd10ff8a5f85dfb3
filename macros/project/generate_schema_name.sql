{#
    The schema a model or seed is built in: exactly the name that dbt_project.yml gives
    (staging, population, concepts, ...), without the target's schema in front of it.
#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name | trim if custom_schema_name else target.schema }}
{%- endmacro %}
