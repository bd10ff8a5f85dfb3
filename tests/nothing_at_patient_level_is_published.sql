-- The tables that may leave say nothing about single patients: none has a column patient_id.
{% set models = graph.nodes.values() | selectattr('schema', 'equalto', 'published') if execute else [] %}
select cast(null as {{ dbt.type_string() }}) as model
where 1 = 0
{% for node in models if node.resource_type == 'model' and 'patient_id' in node.columns %}
union all
select '{{ node.name }}' as model
{%- endfor %}
