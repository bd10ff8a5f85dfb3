{% macro origin_of(node) %}
    {% set place = node.package_name if node.package_name != project_name else node.original_file_path.replace('\\', '/').split('/')[0] %}
    {{ return(node.config.meta.origin or {'models': 'PHM'}.get(place, place)) }}
{% endmacro %}
