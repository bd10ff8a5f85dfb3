{#
    What makes a wrong search fail before anything runs: each macro stops the parse with one sentence
    that says which block, what was given and what to write. `block` is the name for the message.
#}

{# An argument that the block does not have. Arguments: given, the block's kwargs; known, a list. #}
{% macro check_arguments(block, given, known) %}
    {% for argument in given %}
        {{ exceptions.raise_compiler_error(
            block ~ ' has no argument ' ~ argument ~ '; ' ~ suggestion(argument, known)
        ) }}
    {% endfor %}
{% endmacro %}


{# A bound that is not a number; none is allowed. #}
{% macro check_number(block, argument, value) %}
    {% if value is not none and (value is boolean or value is not number) %}
        {{ exceptions.raise_compiler_error(
            block ~ ': ' ~ argument ~ " is '" ~ value ~ "', which is not a number: write for example "
            ~ argument ~ '=30.'
        ) }}
    {% endif %}
{% endmacro %}


{# A count that is not a whole number from 1. #}
{% macro check_count(block, argument, value) %}
    {% if value is boolean or value is not integer or value < 1 %}
        {{ exceptions.raise_compiler_error(
            block ~ ': ' ~ argument ~ " is '" ~ value ~ "', which is not a whole number from 1."
        ) }}
    {% endif %}
{% endmacro %}


{# Values that are not among those a patient's attribute can have, or none at all. #}
{% macro check_values(block, values, known) %}
    {% if not values %}
        {{ exceptions.raise_compiler_error(block ~ ' needs one or more of ' ~ known | join(', ') ~ '.') }}
    {% endif %}
    {% for value in values if value not in known %}
        {{ exceptions.raise_compiler_error(
            block ~ " was given '" ~ value ~ "'; " ~ suggestion(value | string, known | map('string') | list)
        ) }}
    {% endfor %}
{% endmacro %}


{#
    The model of a concept.
    Arguments: block; name, as in a search ('bmi'); kinds, the prefixes that the block takes.
    Result: the name of the model ('observation_bmi').
    Errors: no such concept of these kinds.
#}
{% macro concept_model(block, name, kinds) %}
    {% for kind in kinds if is_in_its_folder(kind ~ '_' ~ name, kind) %}
        {{ return(kind ~ '_' ~ name) }}
    {% endfor %}
    {% set known = known_models() %}
    {% for kind in kinds if kind ~ '_' ~ name in known %}
        {{ return(kind ~ '_' ~ name) }}
    {% endfor %}
    {% set names = [] %}
    {% for model in known if model.split('_')[0] in kinds %}
        {% do names.append(model.split('_', 1) | last) %}
    {% endfor %}
    {{ exceptions.raise_compiler_error(
        block ~ ": there is no concept '" ~ name ~ "' among models/concepts/"
        ~ kinds | join('s, ') ~ 's; ' ~ suggestion(name | string, names)
    ) }}
{% endmacro %}


{#
    Whether a model's file is where it belongs: the short way to know that it exists, because a project
    has thousands of blocks and hundreds of files.
    Arguments: model; kind, 'condition', 'cohort' and so on.
#}
{% macro is_in_its_folder(model, kind) %}
    {% set folder = 'models/cohorts/' if kind == 'cohort' else 'models/concepts/' ~ kind ~ 's/' %}
    {% set path = folder ~ model ~ '.sql' %}
    {{ return('phm://' ~ path in builtins.ref.manifest.files or 'phm://' ~ path.replace('/', '\\') in builtins.ref.manifest.files) }}
{% endmacro %}


{#
    The names of the project's models. While dbt parses, the graph is not filled yet, but the files
    are read; in a unit test there are no files, but the models that the test gives.
    Result: a sorted list.
#}
{% macro known_models() %}
    {% set names = [] %}
    {% for file in builtins.ref.manifest.files if file.startswith('phm://models') and file.endswith('.sql') %}
        {% do names.append(modules.re.split('[/\\\\]', file[:-4]) | last) %}
    {% endfor %}
    {% for node in builtins.ref.manifest.nodes if node.startswith('model.phm.') %}
        {% do names.append(node.split('.') | last) %}
    {% endfor %}
    {{ return(names | unique | sort) }}
{% endmacro %}


{#
    The known word nearest to a misspelt one, by the pairs of letters they share (Dice's coefficient).
    Arguments: word; known, a list of words.
    Result: the end of a sentence, "did you mean '...'?", or every known word if none is near.
#}
{% macro suggestion(word, known) %}
    {% set best = namespace(word=none, score=0.3) %}
    {% set pairs = letter_pairs(word) %}
    {% for candidate in known %}
        {% set others = letter_pairs(candidate) %}
        {% set shared = pairs | select('in', others) | list | length %}
        {% set score = 2 * shared / (pairs | length + others | length) %}
        {% if score > best.score %}
            {% set best.word, best.score = candidate, score %}
        {% endif %}
    {% endfor %}
    {{ return("did you mean '" ~ best.word ~ "'?" if best.word else 'there are ' ~ known | join(', ') ~ '.') }}
{% endmacro %}


{# The different pairs of neighbouring letters of a word, its ends included. #}
{% macro letter_pairs(word) %}
    {% set pairs, text = [], ' ' ~ word | lower ~ ' ' %}
    {% for position in range(text | length - 1) %}
        {% do pairs.append(text[position:position + 2]) %}
    {% endfor %}
    {{ return(pairs | unique | list) }}
{% endmacro %}
