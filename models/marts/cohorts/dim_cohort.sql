{{ config(
    materialized='incremental',
    pre_hook="{{ give_slices_of('inequality_metrics', 'measure', own_key='cohort', columns=['polarity']) }}"
) }}

{%- for cohort in gathered('cohorts') if execute %}
{%- set node = node_named(cohort) %}
{%- set meta = node.config.meta %}
{{ 'union all' if not loop.first }}
select
    {{ as_of_date() }} as as_of_date,
    '{{ cohort }}' as cohort,
    {{ text_literal(meta.title) }} as title,
    {{ text_literal(node.description | trim) }} as description,
    {{ text_literal(sentence_case(node.config.group.replace('_', ' '))) }} as theme,
    {{ text_literal(meta.owner) }} as owner,
    {{ text_literal(origin_of(node)) }} as origin,
    {{ text_literal(meta.get('version', 1) | string) }} as version,
    {{ text_literal(meta.get('polarity', 'lower_is_better')) }} as polarity,
    {{ text_literal(meta.definition) }} as definition,
    {{ text_literal(codelists_of(node) | join(', ')) }} as codelists
{%- endfor %}
