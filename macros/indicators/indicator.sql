{#
    A contract or policy measure: who is counted, who is left out and who achieves it, from the same
    blocks as a search.
    Arguments: each a list of (label, block). numerator: all must hold to achieve the measure;
    denominator: all must hold to be counted, none for everyone registered; exclusions: personalised
    care adjustments, any of which takes a patient out of the denominator, but only one who does not
    achieve the measure.
    Result: a select; one row per patient of the denominator, those left out included: patient_number, patient_id,
    as_of_date, status ('achieved', 'not achieved' or 'excluded'), reason (the exclusion, or the first
    step of the numerator that is missing; null if achieved) and evidence. The model's config.meta
    gets the definition in plain words.
    Errors: no numerator, a criterion that is not a label and a block, a label used twice.
#}
{% macro indicator(numerator, denominator=[], exclusions=[]) %}
    {%- if not numerator -%}
        {{ exceptions.raise_compiler_error('indicator needs a numerator: a list of (label, block).') }}
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


{# The same criteria, whose evidence says what is missing where a block does not hold. #}
{% macro with_evidence_of_absence(criteria) %}
    {% set result = [] %}
    {% for label, block in criteria %}
        {% do result.append((label, dict(block,
            evidence='case when ' ~ block.sql ~ ' then ' ~ block.evidence ~ ' else ' ~ block.absent_evidence ~ ' end'
        ))) %}
    {% endfor %}
    {{ return(result) }}
{% endmacro %}


{# A measure in plain words: up to three sentences. #}
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
