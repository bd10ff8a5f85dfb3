{%- for cohort in cohorts() %}
{{ '-- depends_on: ' ~ ref(cohort) }}
{%- endfor %}
{%- for cohort in cohorts() if execute %}
{%- set node = graph.nodes['model.phm.' ~ cohort] %}
{{ 'union all' if not loop.first }}
select
    '{{ cohort }}' as cohort,
    {{ text_literal(node.config.meta.title) }} as title,
    {{ text_literal(node.description | trim) }} as description,
    {{ text_literal(sentence_case(node.config.group.replace('_', ' '))) }} as theme,
    {{ text_literal(node.config.meta.owner) }} as owner,
    {{ text_literal(node.config.meta.definition) }} as definition,
    {{ text_literal(codelists_of(cohort) | join(', ')) }} as codelists
{%- endfor %}
