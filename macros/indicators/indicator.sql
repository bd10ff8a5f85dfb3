{% macro indicator(numerator, denominator=[], exclusions=[]) %}
    {%- if not numerator -%}
        {% do stop('indicator needs a numerator: a list of (label, block).') %}
    {%- endif -%}
    {%- set criteria = denominator + exclusions + with_evidence_of_absence(numerator) -%}
    {%- set evaluated = evaluated_search(criteria) -%}
    {%- do join_gatherers() -%}
    {%- do config(meta={'definition': indicator_definition(numerator, denominator, exclusions)}) -%}
    {%- set excluded = range(denominator | length + 1, (denominator + exclusions) | length + 1) -%}
    {%- set achieved = range((denominator + exclusions) | length + 1, criteria | length + 1) -%}
{{ evaluated }},

judged as (
    select
        *,
        case
            {%- for step in achieved %}
            when not meets_{{ step }} then {{ text_literal(criteria[step - 1][0]) }}
            {%- endfor %}
        end as missing_step,
        {%- if exclusions %}
        case
            {%- for step in excluded %}
            when meets_{{ step }} then {{ text_literal(criteria[step - 1][0]) }}
            {%- endfor %}
        end as exclusion
        {%- else %}
        cast(null as {{ dbt.type_string() }}) as exclusion
        {%- endif %}
    from evaluated
    {%- if denominator %}
    where
        {%- for criterion in denominator %}
        {{ 'and ' if not loop.first }}meets_{{ loop.index }}
        {%- endfor %}
    {%- endif %}
)

select
    patient_number,
    patient_id,
    as_of_date,
    case
        when missing_step is null then 'achieved'
        when exclusion is not null then 'excluded'
        else 'not achieved'
    end as status,
    case when missing_step is not null then coalesce(exclusion, missing_step) end as reason,
    concat_ws(
        '; '
        {%- for criterion in criteria -%}
        , {{ 'case when meets_' ~ loop.index ~ ' then evidence_' ~ loop.index ~ ' end' if loop.index in excluded else 'evidence_' ~ loop.index }}
        {%- endfor -%}
    ) as evidence
from judged
{%- endmacro %}

{% macro with_evidence_of_absence(criteria) %}
    {% set result = [] %}
    {% for label, block in criteria %}
        {% do result.append((label, dict(block,
            evidence='case when ' ~ block.sql ~ ' then ' ~ block.evidence ~ ' else ' ~ block.absent_evidence ~ ' end'
        ))) %}
    {% endfor %}
    {{ return(result) }}
{% endmacro %}

{% macro indicator_definition(numerator, denominator, exclusions) %}
    {% set sentences = [
        'Counted: ' ~ (words_of_criteria(denominator) or 'everyone registered') ~ '.',
        'Achieved: ' ~ words_of_criteria(numerator) ~ '.',
    ] %}
    {% if exclusions %}
        {% do sentences.append('Left out if not achieved: ' ~ exclusions | map('last') | map(attribute='words') | join(', or ') ~ '.') %}
    {% endif %}
    {{ return(sentences | join(' ')) }}
{% endmacro %}

{% macro words_of_criteria(criteria) %}
    {{ return(criteria | map('last') | map(attribute='words') | join('; ')) }}
{% endmacro %}
