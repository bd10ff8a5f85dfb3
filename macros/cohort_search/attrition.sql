{#
    How many patients remain after each criterion of a search. The compiled SQL of a search ends in
    a select of its members from the CTE `evaluated`, behind a marker; the attrition is another
    select from the same CTE. So nothing is defined twice, and the table of members stays one row
    per member.
#}

{# The line of a compiled search that stands before the select of its members. #}
{% macro members_marker() %}
    {{- return('\n-- the members\n') -}}
{% endmacro %}


{#
    Post-hook of every search: builds the table `<search>__attrition` beside it.
    Arguments: compiled_code, the compiled SQL of the search.
#}
{% macro create_attrition_table(compiled_code) %}
    {% if execute %}
        {% set evaluated = compiled_code.split(members_marker())[0] %}
        {% set relation = attrition_of(this) %}
        {% do adapter.drop_relation(relation) %}
        {{ create_table_as(false, relation, evaluated ~ attrition_steps(model.config.meta.criteria)) }}
    {% endif %}
{% endmacro %}


{#
    The attrition of a search that is not a model yet: to try one, see analyses/try_a_search.sql.
    Arguments: criteria (see cohort_search).
    Result: a select; one row per step: as_of_date, step, patients, criterion.
    Errors: those of cohort_search.
#}
{% macro attrition(criteria) -%}
{{ evaluated_search(criteria) }}
{{ attrition_steps(criteria | map('first') | list) }}
{%- endmacro %}


{# The steps, from the CTE `evaluated`. Arguments: labels, of the criteria in order. #}
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


{#
    The attrition of a search.
    Arguments: search, the relation of its model.
    Result: a relation; one row per step: as_of_date, step, criterion, patients.
#}
{% macro attrition_of(search) %}
    {{ return(api.Relation.create(
        database=search.database, schema=search.schema, identifier=search.identifier ~ '__attrition', type='table'
    )) }}
{% endmacro %}
