{#
    The codelists that a search stands on, through its concepts and the searches it names.
    Arguments: search, the name of its model.
    Result: a sorted list of seed names.
#}
{% macro codelists_of(search) %}
    {% set codelists = [] %}
    {% for parent in graph.nodes['model.phm.' ~ search].depends_on.nodes %}
        {% set node = graph.nodes[parent] %}
        {% if node.name.startswith('cohort_') %}
            {% do codelists.extend(codelists_of(node.name)) %}
        {% endif %}
        {% for grandparent in node.depends_on.nodes if grandparent.startswith('seed.phm.codelist_') %}
            {% do codelists.append(grandparent.split('.') | last) %}
        {% endfor %}
    {% endfor %}
    {{ return(codelists | unique | sort) }}
{% endmacro %}
