-- The tables that may leave say nothing about single patients: none has a column patient_id.
select model from (values ('')) as named (model) where model != ''
{% for node in graph.nodes.values() if execute and node.resource_type == 'model' and node.schema == 'published' %}
{%- if 'patient_id' in node.columns %}
union all
select '{{ node.name }}' as model
{%- endif %}
{%- endfor %}
