{% macro generate_schema_name(custom_schema_name, node) -%}
    {%- set is_in_folder = node.resource_type in ['model', 'seed'] and node.fqn | length > 2 -%}
    {{ (custom_schema_name or (node.fqn[1] if is_in_folder else target.schema)) | trim }}
{%- endmacro %}
