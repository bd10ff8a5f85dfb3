{% macro after(concept, anchor, within=none, no_sooner_than=none, since=none) %}
    {% do check_arguments('after', kwargs, ['within', 'no_sooner_than', 'since']) %}
    {{ return(relation_block('after', concept, anchor, within, since, '>=', '<=', 1, no_sooner_than)) }}
{% endmacro %}

{% macro before(concept, anchor, within=none, since=none) %}
    {% do check_arguments('before', kwargs, ['within', 'since']) %}
    {{ return(relation_block('before', concept, anchor, within, since, '<', '>=', -1)) }}
{% endmacro %}

{% macro relation_block(name, concept, anchor, within, since, side, limit, direction, no_sooner_than=none) %}
    {% set kinds = ['condition', 'observation', 'vaccination', 'medication'] %}
    {% set model, anchor_model = concept_model(name, concept, kinds), concept_model(name, anchor, kinds) %}
    {% if since is not none %}{% do iso_date(since, name ~ ': since') %}{% endif %}
    {% set since = window(name, on_or_after=since) %}
    {% set day = earliest_of_dates(anchor_model ~ '.event_dates', since.lower) if since.lower else anchor_model ~ '.first_date' %}
    {% set conditions = [side ~ ' ' ~ day] %}
    {% if within is not none %}
        {% set length = window_length(name, within) %}
        {% do conditions.append(limit ~ ' ' ~ dbt.dateadd(length.unit, direction * length.number, day) | trim) %}
    {% endif %}
    {% if no_sooner_than is not none %}
        {% set length = window_length(name, no_sooner_than) %}
        {% do conditions.append(side ~ ' ' ~ dbt.dateadd(length.unit, length.number, day) | trim) %}
    {% endif %}
    {% set sql = 'coalesce(' ~ count_dates(model ~ '.event_dates', conditions) ~ ' >= 1, false)' %}
    {% set words = [title_of(model), 'recorded', 'within ' ~ within if within is not none,
        no_sooner_than ~ ' or more' if no_sooner_than is not none, 'on or' if name == 'after' and not no_sooner_than, name,
        'the first', title_of(anchor_model), since.words] | select | join(' ') %}
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
