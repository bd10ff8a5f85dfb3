{{ config(
    materialized='incremental', pre_hook="{{ give_slices_of('inequality_metrics', 'measure', own_key='indicator') }}"
) }}

{%- for indicator in gathered('indicators') if execute %}
{%- set node = node_named(indicator) %}
{%- set meta = node.config.meta %}
{{ 'union all' if not loop.first }}
select
    {{ as_of_date() }} as as_of_date,
    '{{ indicator }}' as indicator,
    {{ text_literal(meta.contract_id) }} as contract_id,
    {{ text_literal(meta.title) }} as title,
    {{ text_literal(node.description | trim) }} as description,
    {{ text_literal(sentence_case(node.config.group.replace('_', ' '))) }} as theme,
    {{ text_literal(meta.owner) }} as owner,
    {{ text_literal(origin_of(node)) }} as origin,
    {{ text_literal(meta.get('version', 1) | string) }} as version,
    {{ text_literal(meta.polarity) }} as polarity,
    {{ text_literal(meta.counted_over) }} as counted_over,
    {{ text_literal(meta.definition) }} as definition,
    {{ text_literal(codelists_of(node) | join(', ')) }} as codelists
{%- endfor %}
