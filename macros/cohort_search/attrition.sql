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
        {% set criteria = model.config.meta.criteria %}
        {% set attrition %}
            {{ compiled_code.split(members_marker())[0] }},

            counted as (
                select
                    count(*) as patients_0,
                    {%- for criterion in criteria %}
                    count(case when {% for step in range(1, loop.index + 1) -%}
                        {{ 'and ' if not loop.first }}meets_{{ step }} {% endfor -%}
                    then 1 end) as patients_{{ loop.index }}{{ ',' if not loop.last }}
                    {%- endfor %}
                from evaluated
            )

            select {{ as_of_date() }} as as_of_date, 0 as step, 'Registered' as criterion, patients_0 as patients
            from counted
            {%- for criterion in criteria %}
            union all
            select {{ as_of_date() }}, {{ loop.index }}, {{ text_literal(criterion) }}, patients_{{ loop.index }}
            from counted
            {%- endfor %}
        {% endset %}
        {% set relation = attrition_of(this) %}
        {% do adapter.drop_relation(relation) %}
        {{ create_table_as(false, relation, attrition) }}
    {% endif %}
{% endmacro %}


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
