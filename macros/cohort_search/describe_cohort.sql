{#
    A search in plain words, from its criteria.
    Arguments: cohort, the name of its model.
    Result: one sentence.
#}
{% macro definition_of(cohort) %}
    {% set words = graph.nodes['model.phm.' ~ cohort].config.meta.criteria | map(attribute='words') | join('; ') %}
    {{ return(sentence_case(in_titles(words)) ~ '.') }}
{% endmacro %}


{#
    The codelists that a search stands on, through its concepts.
    Arguments: cohort, the name of its model.
    Result: a sorted list of seed names.
#}
{% macro codelists_of(cohort) %}
    {% set codelists = [] %}
    {% for concept in graph.nodes['model.phm.' ~ cohort].depends_on.nodes %}
        {% for parent in graph.nodes[concept].depends_on.nodes if parent.startswith('seed.phm.codelist_') %}
            {% do codelists.append(parent.split('.') | last) %}
        {% endfor %}
    {% endfor %}
    {{ return(codelists | unique | sort) }}
{% endmacro %}
