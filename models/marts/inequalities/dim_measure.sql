{%- set of_type = {'cohort': cohorts(), 'indicator': indicators()} %}
{%- for measure in of_type.cohort + of_type.indicator %}
{{ '-- depends_on: ' ~ ref(measure) }}
{%- endfor %}
{%- for measure_type, measures in of_type.items() if execute %}
{{ 'union all' if not loop.first }}
{%- for measure in measures %}
{%- set meta = graph.nodes['model.phm.' ~ measure].config.meta %}
{{ 'union all' if not loop.first }}
select
    '{{ measure }}' as measure,
    '{{ measure_type }}' as measure_type,
    {{ text_literal(meta.get('polarity', 'lower_is_better')) }} as polarity,
    {{ text_literal(meta.title) }} as title
{%- endfor %}
{%- endfor %}
