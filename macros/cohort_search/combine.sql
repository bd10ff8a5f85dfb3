{#
    Blocks combined; they nest. Each takes one or more blocks.
    Errors, of all: no block, or something that is not one.
#}

{# True when every block is. #}
{% macro all_of() %}
    {% do check_blocks('all_of', varargs, kwargs) %}
    {{ return(joined(
        varargs, '(' ~ varargs | map(attribute='sql') | join(' and ') ~ ')', words_of(varargs) | join(' and '),
        absent_words_of(varargs) | join(' or ')
    )) }}
{% endmacro %}


{# True when at least one block is. #}
{% macro any_of() %}
    {% do check_blocks('any_of', varargs, kwargs) %}
    {{ return(joined(
        varargs, '(' ~ varargs | map(attribute='sql') | join(' or ') ~ ')', words_of(varargs) | join(' or '),
        absent_words_of(varargs) | join(' and ')
    )) }}
{% endmacro %}


{#
    True when at least n of the blocks are.
    Arguments: n, then the blocks.
    Errors, beside those of all: n is not a whole number from 1 to the number of blocks.
#}
{% macro at_least_n_of(n) %}
    {% do check_blocks('at_least_n_of', varargs, kwargs) %}
    {% do check_count('at_least_n_of', 'n', n) %}
    {% if n > varargs | length %}
        {{ exceptions.raise_compiler_error(
            'at_least_n_of asks for ' ~ n ~ ' of ' ~ varargs | length ~ ' blocks, which is never true.'
        ) }}
    {% endif %}
    {% set ones = [] %}
    {% for block in varargs %}{% do ones.append('case when ' ~ block.sql ~ ' then 1 else 0 end') %}{% endfor %}
    {% set words = words_of(varargs) | join(', ') %}
    {{ return(joined(
        varargs, '(' ~ ones | join(' + ') ~ ' >= ' ~ n ~ ')', 'at least ' ~ n ~ ' of: ' ~ words, 'fewer than ' ~ n ~ ' of: ' ~ words
    )) }}
{% endmacro %}


{# True when no block is. #}
{% macro none_of() %}
    {% do check_blocks('none_of', varargs, kwargs) %}
    {% set sql = 'not (' ~ varargs | map(attribute='sql') | join(' or ') ~ ')' %}
    {{ return(block(
        sql=sql,
        words=absent_words_of(varargs) | join(' and '),
        evidence=in_one_line(varargs | map(attribute='absent_evidence') | list),
        concepts=varargs | map(attribute='concepts') | sum(start=[]),
        absent_words=words_of(varargs) | join(' or '),
        absent_evidence=in_one_line(evidence_where_true(varargs)),
        is_joined=varargs | length > 1
    )) }}
{% endmacro %}


{#
    What all_of, any_of and at_least_n_of share: the evidence is that of every block that holds, that of
    the opposite what every block that does not hold says of it.
#}
{% macro joined(blocks, sql, words, absent_words) %}
    {% set missing = [] %}
    {% for block in blocks %}
        {% do missing.append('case when not (' ~ block.sql ~ ') then ' ~ block.absent_evidence ~ ' end') %}
    {% endfor %}
    {{ return(block(
        sql=sql,
        words=words,
        evidence=in_one_line(evidence_where_true(blocks)),
        concepts=blocks | map(attribute='concepts') | sum(start=[]),
        absent_words=absent_words,
        absent_evidence=in_one_line(missing),
        is_joined=blocks | length > 1
    )) }}
{% endmacro %}


{# The evidence of each block, null where it does not hold. #}
{% macro evidence_where_true(blocks) %}
    {% set evidence = [] %}
    {% for block in blocks %}
        {% do evidence.append('case when ' ~ block.sql ~ ' then ' ~ block.evidence ~ ' end') %}
    {% endfor %}
    {{ return(evidence) }}
{% endmacro %}


{# Texts joined by semicolons, without those that are null. #}
{% macro in_one_line(texts) %}
    {{ return(texts[0] if texts | length == 1 else "concat_ws('; ', " ~ texts | join(', ') ~ ')') }}
{% endmacro %}


{# The words of each block, in brackets where they are joined words themselves. #}
{% macro words_of(blocks) %}
    {% set words = [] %}
    {% for block in blocks %}
        {% do words.append('(' ~ block.words ~ ')' if block.is_joined and blocks | length > 1 else block.words) %}
    {% endfor %}
    {{ return(words) }}
{% endmacro %}


{# The same of the opposite of each block. #}
{% macro absent_words_of(blocks) %}
    {% set words = [] %}
    {% for block in blocks %}
        {% do words.append('(' ~ block.absent_words ~ ')' if block.is_joined and blocks | length > 1 else block.absent_words) %}
    {% endfor %}
    {{ return(words) }}
{% endmacro %}


{# Stops the parse if a combination has nothing to combine. #}
{% macro check_blocks(name, blocks, arguments) %}
    {% do check_arguments(name, arguments, []) %}
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
