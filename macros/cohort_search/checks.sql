{% macro check_arguments(block, given, known) %}
    {% for argument in given %}
        {% do stop(block ~ ' has no argument ' ~ argument ~ '; ' ~ suggestion(argument, known)) %}
    {% endfor %}
{% endmacro %}

{% macro check_number(block, argument, value) %}
    {% if value is not none and (value is boolean or value is not number) %}
        {% do stop(block ~ ': ' ~ argument ~ " is '" ~ value ~ "', which is not a number: write for example "
            ~ argument ~ '=30.') %}
    {% endif %}
{% endmacro %}

{% macro check_count(block, argument, value) %}
    {% if value is boolean or value is not integer or value < 1 %}
        {% do stop(block ~ ': ' ~ argument ~ " is '" ~ value ~ "', which is not a whole number from 1.") %}
    {% endif %}
{% endmacro %}

{% macro check_values(block, values, known) %}
    {% if not values %}{% do stop(block ~ ' needs one or more of ' ~ known | join(', ') ~ '.') %}{% endif %}
    {% for value in values if value not in known %}
        {% do stop(block ~ " was given '" ~ value ~ "'; " ~ suggestion(value | string, known | map('string') | list)) %}
    {% endfor %}
{% endmacro %}

{% macro concept_model(block, name, kinds) %}
    {# Most stand in our own folder: one look-up, because a project has thousands of blocks and hundreds of files. #}
    {% for kind in kinds %}
        {% set file = project_name ~ '://models/' ~ folder_of(kind) ~ '/' ~ kind ~ '_' ~ name ~ '.sql' %}
        {% if file in builtins.ref.manifest.files %}{{ return(kind ~ '_' ~ name) }}{% endif %}
    {% endfor %}
    {% set names = [] %}
    {% for kind in kinds %}
        {% for model in models_in(folder_of(kind)) %}
            {% if model == kind ~ '_' ~ name %}{{ return(model) }}{% endif %}
            {% do names.append(model.split('_', 1) | last) %}
        {% endfor %}
    {% endfor %}
    {% do stop(block ~ ": there is no concept '" ~ name ~ "' among models/" ~ ('concepts/' if kinds != ['cohort'] else '')
        ~ kinds | join('s, ') ~ 's; ' ~ suggestion(name | string, names)) %}
{% endmacro %}

{% macro folder_of(kind) %}{{ return('cohorts' if kind == 'cohort' else 'concepts/' ~ kind ~ 's') }}{% endmacro %}

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

{% macro letter_pairs(word) %}
    {% set pairs, text = [], ' ' ~ word | lower ~ ' ' %}
    {% for position in range(text | length - 1) %}{% do pairs.append(text[position:position + 2]) %}{% endfor %}
    {{ return(pairs | unique | list) }}
{% endmacro %}
