{% macro codelists_of(node) %}
    {% set codelists = [] %}
    {% for parent in node.depends_on.nodes if parent in graph.nodes %}
        {% set node = graph.nodes[parent] %}
        {% if node.name.startswith('codelist_') %}
            {% do codelists.append(node.name) %}
        {% elif node.fqn[1] in ['concepts', 'cohorts'] %}
            {% do codelists.extend(codelists_of(node)) %}
        {% endif %}
    {% endfor %}
    {{ return(codelists | unique | sort) }}
{% endmacro %}
