{#
    True when the first concept was entered on the day of the first entry of the anchor or later.
    For example: HbA1c within 6 months after the first diagnosis of diabetes.
    Arguments: concept, anchor, of any kind; within, for example '6 months': no later than so long
    after the anchor.
    Errors: an unknown concept or argument, a bad window.
#}
{% macro after(concept, anchor, within=none) %}
    {% do check_arguments('after', kwargs, ['within']) %}
    {{ return(relation_block('after', concept, anchor, within, '>=', '<=', 1)) }}
{% endmacro %}


{#
    True when the first concept was entered before the day of the first entry of the anchor.
    Arguments: concept, anchor, of any kind; within: no earlier than so long before the anchor.
    Errors: an unknown concept or argument, a bad window.
#}
{% macro before(concept, anchor, within=none) %}
    {% do check_arguments('before', kwargs, ['within']) %}
    {{ return(relation_block('before', concept, anchor, within, '<', '>=', -1)) }}
{% endmacro %}


{# What the two blocks share: where an entry lies against the anchor's first day, and how far from it. #}
{% macro relation_block(name, concept, anchor, within, side, limit, direction) %}
    {% set kinds = ['condition', 'observation', 'vaccination', 'medication'] %}
    {% set model, anchor_model = concept_model(name, concept, kinds), concept_model(name, anchor, kinds) %}
    {% set day = anchor_model ~ '.first_date' %}
    {% set conditions = [side ~ ' ' ~ day] %}
    {% if within is not none %}
        {% set length = window_length(name, within) %}
        {% do conditions.append(limit ~ ' ' ~ dbt.dateadd(length.unit, direction * length.number, day) | trim) %}
    {% endif %}
    {% set sql = 'coalesce(' ~ count_dates(model ~ '.event_dates', conditions) ~ ' >= 1, false)' %}
    {% set words = [title_of(model), 'recorded', 'within ' ~ within if within is not none, name, 'the first', title_of(anchor_model)] | select | join(' ') %}
    {{ return(block(
        sql=sql,
        words=words,
        evidence='concat(' ~ text_literal(sentence_case(title_of(model)) ~ ' (') ~ ', '
            ~ latest_of_dates(model ~ '.event_dates', conditions) ~ ', ' ~ text_literal('), first ' ~ title_of(anchor_model) ~ ' (')
            ~ ', ' ~ day ~ ", ')')",
        concepts=[model, anchor_model],
        absent_words='no ' ~ words
    )) }}
{% endmacro %}
