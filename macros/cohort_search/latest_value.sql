{#
    True when the most recent plausible value meets every bound.
    Arguments: concept, the name of a model observation_<concept>; at_least, above, at_most, below:
    bounds, in the unit of the concept; within, a window in which that value must lie.
    Errors: an unknown concept, no bound, a bound that is not a number, a bad window.
#}
{% macro latest_value(concept, at_least=none, above=none, at_most=none, below=none, within=none) %}
    {% set observation = 'observation_' ~ concept %}
    {% set conditions, limits = [], [] %}
    {% for argument, value, operator, phrase in [
        ('at_least', at_least, '>=', '{} or more'), ('above', above, '>', 'above {}'),
        ('at_most', at_most, '<=', '{} or less'), ('below', below, '<', 'below {}'),
    ] if value is not none %}
        {% do check_number('latest_value', argument, value) %}
        {% do conditions.append(observation ~ '.latest_value ' ~ operator ~ ' ' ~ value) %}
        {% do limits.append(phrase.replace('{}', value | string)) %}
    {% endfor %}
    {% if not conditions %}
        {{ exceptions.raise_compiler_error(
            "latest_value('" ~ concept ~ "') has no bound: give at_least, above, at_most or below."
        ) }}
    {% endif %}
    {% set window = window('latest_value', within) %}
    {% for condition in window.lower %}
        {% do conditions.append(observation ~ '.latest_value_date ' ~ condition) %}
    {% endfor %}
    {% set sql = 'coalesce(' ~ conditions | join(' and ') ~ ', false)' %}
    {{ return(block(
        sql=sql,
        words='latest {' ~ observation ~ '} ' ~ limits | join(' and ')
            ~ (', recorded ' ~ window.words if window.words else ''),
        evidence="case when " ~ sql ~ " then concat(" ~ text_literal(sentence_case(in_titles('{' ~ observation ~ '}')) ~ ' ')
            ~ ", " ~ observation ~ ".latest_value, ' (', " ~ observation ~ ".latest_value_date, ', ', "
            ~ observation ~ ".latest_value_term, ')') end",
        concepts=[observation]
    )) }}
{% endmacro %}


{#
    True when the latest entry of a status with opposites is this one.
    Arguments: concept, the name of a model observation_<concept> that has a status; status, one of
    the categories of its codelist.
    Errors: an unknown concept; no status.
#}
{% macro latest_is(concept, status) %}
    {% set observation = 'observation_' ~ concept %}
    {% set sql = "coalesce(" ~ observation ~ ".latest_status = " ~ text_literal(status) ~ ", false)" %}
    {{ return(block(
        sql=sql,
        words='latest {' ~ observation ~ '}: ' ~ status,
        evidence="case when " ~ sql ~ " then concat(" ~ text_literal(sentence_case(in_titles('{' ~ observation ~ '}')) ~ ': ')
            ~ ", " ~ observation ~ ".latest_status_term, ' (', " ~ observation ~ ".latest_status_date, ')') end",
        concepts=[observation]
    )) }}
{% endmacro %}
