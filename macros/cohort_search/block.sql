{#
    A building block of a search, as every macro of this folder returns it.
    Arguments: sql, a boolean expression that is never null; words, what it means, in the middle of
    a sentence ({concept} stands for a concept's title); evidence, a text expression that says what
    was recorded, null where the block is false; concepts, the concept models it reads; absence, a
    text expression for use in none_of, when the block is false.
    Result: a dictionary with these keys.
#}
{% macro block(sql, words, evidence, concepts=[], absence=none) %}
    {{ return({
        'sql': sql,
        'words': words,
        'evidence': evidence,
        'concepts': concepts,
        'absence': absence or text_literal('not ' ~ in_titles(words)),
    }) }}
{% endmacro %}


{# Text as a SQL literal. #}
{% macro text_literal(text) %}
    {{- return(dbt.string_literal(dbt.escape_single_quotes(text))) -}}
{% endmacro %}


{#
    Words with {concept} replaced by the concept's title, from config.meta.title in its YAML.
    While dbt parses, and in a unit test, the titles are not known and the words stay as they are.
#}
{% macro in_titles(words) %}
    {% set text = namespace(value=words) %}
    {% if graph.nodes is defined %}
        {% for name in modules.re.findall('{([a-z0-9_]+)}', words) %}
            {% set concept = graph.nodes.get('model.phm.' ~ name) %}
            {% if concept %}
                {% set text.value = text.value.replace('{' ~ name ~ '}', concept.config.meta.title) %}
            {% endif %}
        {% endfor %}
    {% endif %}
    {{ return(text.value) }}
{% endmacro %}


{# Words at the start of a sentence. #}
{% macro sentence_case(words) %}
    {{ return(words[0] | upper ~ words[1:]) }}
{% endmacro %}


{# Stops the parse with one sentence if an argument is not a number. #}
{% macro check_number(block, argument, value) %}
    {% if value is not none and (value is boolean or value is not number) %}
        {{ exceptions.raise_compiler_error(
            block ~ ': ' ~ argument ~ " is '" ~ value ~ "', which is not a number: write for example "
            ~ argument ~ '=30.'
        ) }}
    {% endif %}
{% endmacro %}
