{% macro members_marker() %}
    {{- return('\n-- the members\n') -}}
{% endmacro %}

{% macro create_attrition_table(compiled_code) %}
    {% if execute %}
        {% set evaluated = compiled_code.split(members_marker())[0] %}
        {% set relation = attrition_of(this) %}
        {% do adapter.drop_relation(relation) %}
        {{ create_table_as(false, relation, evaluated ~ attrition_steps(model.config.meta.criteria)) }}
    {% endif %}
{% endmacro %}

{% macro attrition(criteria) -%}
{{ evaluated_search(criteria) }}
{{ attrition_steps(criteria | map('first') | list) }}
{%- endmacro %}

{% macro attrition_steps(labels) -%}
,

counted as (
    select
        {%- for label in labels %}
        count(case when meets_1{% for step in range(2, loop.index + 1) %} and meets_{{ step }}{% endfor %} then 1 end) as patients_{{ loop.index }},
        {%- endfor %}
        count(*) as patients_0
    from evaluated
)

{% for label in ['Registered'] + labels %}
{{ 'union all' if not loop.first }}
select
    {{ as_of_date() }} as as_of_date,
    {{ loop.index0 }} as step,
    patients_{{ loop.index0 }} as patients,
    {{ text_literal(label) }} as criterion
from counted
{%- endfor %}
order by step
{%- endmacro %}

{% macro attrition_of(search) %}
    {{ return(api.Relation.create(
        database=search.database, schema=search.schema, identifier=search.identifier ~ '__attrition', type='table'
    )) }}
{% endmacro %}
