{% macro codelists_of(search) %}
    {% set codelists = [] %}
    {% for parent in search.depends_on.nodes %}
        {% set node = graph.nodes[parent] %}
        {% if node.name.startswith('cohort_') %}{% do codelists.extend(codelists_of(node)) %}{% endif %}
        {% for grandparent in node.depends_on.nodes if grandparent.split('.')[2].startswith('codelist_') %}
            {% do codelists.append(grandparent.split('.')[2]) %}
        {% endfor %}
    {% endfor %}
    {{ return(codelists | unique | sort) }}
{% endmacro %}
