{% macro cohort_search(criteria) %}
    {%- set evaluated = evaluated_search(criteria) -%}
    {%- do join_gatherers() -%}
    {%- do config(
        meta={'definition': definition(criteria), 'criteria': criteria | map('first') | list},
        post_hook=['{{ create_attrition_table(model.compiled_code) }}', '{{ comment_on_evidence() }}']
    ) -%}
{{ evaluated }}
{{ members_marker() }}
select
    patient_number,
    patient_id,
    as_of_date,
    {%- for criterion in criteria %}
    evidence_{{ loop.index }},
    {%- endfor %}
    concat_ws('; '{% for criterion in criteria %}, evidence_{{ loop.index }}{% endfor %}) as evidence
from evaluated
where
    {%- for criterion in criteria %}
    {{ 'and ' if not loop.first }}meets_{{ loop.index }}
    {%- endfor %}
{%- endmacro %}

{% macro evaluated_search(criteria) %}
    {%- do check_criteria(criteria) -%}
    {%- set concepts = criteria | map('last') | map(attribute='concepts') | sum(start=[]) | unique | list -%}
with
registered_patient as (
    select * from {{ ref('registered_patient') }}
),
{%- for concept in concepts %}

{{ concept }} as (
    select * from {{ ref(concept) }}
),
{%- endfor %}

evaluated as (
    select
        registered_patient.patient_number,
        registered_patient.patient_id,
        registered_patient.as_of_date,
        {%- for label, block in criteria %}
        -- {{ loop.index }}. {{ label }}
        {{ block.sql }} as meets_{{ loop.index }},
        {{ block.evidence }} as evidence_{{ loop.index }}{{ ',' if not loop.last }}
        {%- endfor %}
    from registered_patient
    {%- for concept in concepts %}
    left join {{ concept }} on registered_patient.patient_number = {{ concept }}.patient_number
    {%- endfor %}
)
{%- endmacro %}

{% macro check_criteria(criteria) %}
    {% if not criteria %}{% do stop('cohort_search needs at least one criterion.') %}{% endif %}
    {% set labels = [] %}
    {% for criterion in criteria %}
        {% if criterion is string or criterion | length != 2 or criterion[1] is not mapping %}
            {% do stop('Criterion ' ~ loop.index ~ " of cohort_search is not ('label', block): "
                ~ "write for example ('Aged 18 or over', aged(at_least=18)).") %}
        {% elif not criterion[0] is string or '\n' in criterion[0] %}
            {% do stop('The label of criterion ' ~ loop.index ~ ' of cohort_search is not text on one line.') %}
        {% elif criterion[0] in labels %}
            {% do stop("cohort_search has two criteria with the label '" ~ criterion[0] ~ "': give each its own.") %}
        {% endif %}
        {% do labels.append(criterion[0]) %}
    {% endfor %}
{% endmacro %}

{% macro definition(criteria) %}
    {{ return(sentence_case(criteria | map('last') | map(attribute='words') | join('; ')) ~ '.') }}
{% endmacro %}
