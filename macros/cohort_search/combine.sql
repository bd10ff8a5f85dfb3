{#
    Blocks combined; they nest. Each takes one or more blocks.
    Errors: no block, or something that is not one.
#}

{# True when every block is. #}
{% macro all_of() %}
    {{ return(joined('all_of', varargs, 'and')) }}
{% endmacro %}


{# True when at least one block is. #}
{% macro any_of() %}
    {{ return(joined('any_of', varargs, 'or')) }}
{% endmacro %}


{# True when no block is. #}
{% macro none_of() %}
    {% do check_blocks('none_of', varargs) %}
    {% set sql = 'not (' ~ varargs | map(attribute='sql') | join(' or ') ~ ')' %}
    {{ return(block(
        sql=sql,
        words='no ' ~ varargs | map(attribute='words') | join(' and no '),
        evidence="case when " ~ sql ~ " then concat_ws('; ', " ~ varargs | map(attribute='absence') | join(', ') ~ ") end",
        concepts=varargs | map(attribute='concepts') | sum(start=[])
    )) }}
{% endmacro %}


{# What all_of and any_of share; the evidence is that of every block that holds. #}
{% macro joined(name, blocks, operator) %}
    {% do check_blocks(name, blocks) %}
    {% set sql = '(' ~ blocks | map(attribute='sql') | join(' ' ~ operator ~ ' ') ~ ')' %}
    {{ return(block(
        sql=sql,
        words=blocks | map(attribute='words') | join(' ' ~ operator ~ ' '),
        evidence="case when " ~ sql ~ " then concat_ws('; ', " ~ blocks | map(attribute='evidence') | join(', ') ~ ") end",
        concepts=blocks | map(attribute='concepts') | sum(start=[])
    )) }}
{% endmacro %}


{# Stops the parse if a combination has nothing to combine. #}
{% macro check_blocks(name, blocks) %}
    {% if not blocks %}
        {{ exceptions.raise_compiler_error(
            name ~ " has nothing in it: give it one or more blocks, for example has_condition('anxiety')."
        ) }}
    {% endif %}
    {% for block in blocks if block is not mapping %}
        {{ exceptions.raise_compiler_error(
            name ~ " takes blocks, for example has_condition('anxiety'), and was given '" ~ block ~ "'."
        ) }}
    {% endfor %}
{% endmacro %}
