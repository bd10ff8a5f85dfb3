{% macro all_of() %}
    {% do check_blocks('all_of', varargs, kwargs) %}
    {{ return(combined_block(
        varargs, '(' ~ varargs | map(attribute='sql') | join(' and ') ~ ')', words_of(varargs) | join(' and '),
        words_of(varargs, 'absent_words') | join(' or ')
    )) }}
{% endmacro %}

{% macro any_of() %}
    {% do check_blocks('any_of', varargs, kwargs) %}
    {{ return(combined_block(
        varargs, '(' ~ varargs | map(attribute='sql') | join(' or ') ~ ')', words_of(varargs) | join(' or '),
        words_of(varargs, 'absent_words') | join(' and ')
    )) }}
{% endmacro %}

{% macro at_least_n_of(n) %}
    {% do check_blocks('at_least_n_of', varargs, kwargs) %}
    {% do check_count('at_least_n_of', 'n', n) %}
    {% if n > varargs | length %}
        {% do stop('at_least_n_of asks for ' ~ n ~ ' of ' ~ varargs | length ~ ' blocks, which is never true.') %}
    {% endif %}
    {% set ones = [] %}
    {% for block in varargs %}{% do ones.append('case when ' ~ block.sql ~ ' then 1 else 0 end') %}{% endfor %}
    {% set words = words_of(varargs) | join(', ') %}
    {{ return(combined_block(
        varargs, '(' ~ ones | join(' + ') ~ ' >= ' ~ n ~ ')', 'at least ' ~ n ~ ' of: ' ~ words, 'fewer than ' ~ n ~ ' of: ' ~ words
    )) }}
{% endmacro %}

{% macro none_of() %}
    {% do check_blocks('none_of', varargs, kwargs) %}
    {% set sql = 'not (' ~ varargs | map(attribute='sql') | join(' or ') ~ ')' %}
    {{ return(block(
        sql=sql,
        words=words_of(varargs, 'absent_words') | join(' and '),
        evidence=joined_by_semicolons(varargs | map(attribute='absent_evidence') | list),
        concepts=varargs | map(attribute='concepts') | sum(start=[]),
        absent_words=words_of(varargs) | join(' or '),
        absent_evidence=joined_by_semicolons(evidence_where_true(varargs)),
        is_joined=varargs | length > 1
    )) }}
{% endmacro %}

{% macro combined_block(blocks, sql, words, absent_words) %}
    {% set missing = [] %}
    {% for block in blocks %}
        {% do missing.append('case when not (' ~ block.sql ~ ') then ' ~ block.absent_evidence ~ ' end') %}
    {% endfor %}
    {{ return(block(
        sql=sql,
        words=words,
        evidence=joined_by_semicolons(evidence_where_true(blocks)),
        concepts=blocks | map(attribute='concepts') | sum(start=[]),
        absent_words=absent_words,
        absent_evidence=joined_by_semicolons(missing),
        is_joined=blocks | length > 1
    )) }}
{% endmacro %}

{% macro evidence_where_true(blocks) %}
    {% set evidence = [] %}
    {% for block in blocks %}
        {% do evidence.append('case when ' ~ block.sql ~ ' then ' ~ block.evidence ~ ' end') %}
    {% endfor %}
    {{ return(evidence) }}
{% endmacro %}

{% macro joined_by_semicolons(texts) %}
    {{ return(texts[0] if texts | length == 1 else "concat_ws('; ', " ~ texts | join(', ') ~ ')') }}
{% endmacro %}

{% macro words_of(blocks, key='words') %}
    {% set words = [] %}
    {% for block in blocks %}
        {% do words.append('(' ~ block[key] ~ ')' if block.is_joined and blocks | length > 1 else block[key]) %}
    {% endfor %}
    {{ return(words) }}
{% endmacro %}

{% macro check_blocks(name, blocks, arguments) %}
    {% do check_arguments(name, arguments, []) %}
    {% if not blocks %}
        {% do stop(name ~ " has nothing in it: give it one or more blocks, for example has_condition('anxiety').") %}
    {% endif %}
    {% for block in blocks if block is not mapping %}
        {% do stop(name ~ " takes blocks, for example has_condition('anxiety'), and was given '" ~ block ~ "'.") %}
    {% endfor %}
{% endmacro %}
