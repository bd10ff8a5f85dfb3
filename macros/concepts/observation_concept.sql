{% macro observation_concept(values, plausible, minimum_age=none, categories=none, units=none, computed=none) -%}
with
{{ latest_values(values, plausible, minimum_age, categories, units, computed) }},

{{ entries_by_patient('entry', has_copies=categories or computed or as_list(values) | length > 1) }}

select
    entries.*,
    latest.value as latest_value,
    latest.event_date as latest_value_date,
    latest.term as latest_value_term
from entries
left join latest_value as latest on entries.patient_number = latest.patient_number
{%- endmacro %}

{% macro latest_values(values, plausible, minimum_age=none, categories=none, units=none, computed=none) -%}
entry as (
    select
        patient_number,
        event_id,
        event_date,
        term,
        false as is_computed,
        {{ in_concept_unit('value', units) ~ ' as value' if units else 'value' }}
    from (
        {{ coded_entries(
            ref('stg_observation'), values, minimum_age=minimum_age,
            columns=['unit_of_code'] if units else [], event_columns=['value', 'unit']
        ) | indent(4) }}
    ) as measured
    {%- if categories %}
    {%- for events in [ref('stg_observation'), ref('stg_condition')] %}
    union all
    select
        patient_number,
        event_id,
        event_date,
        term,
        false as is_computed,
        implied_value as value
    from (
        {{ coded_entries(events, categories, minimum_age=minimum_age, columns=['implied_value']) | indent(4) }}
    ) as found
    {%- endfor %}
    {%- endif %}
    {%- if computed %}
    union all
    select
        patient_number,
        event_id,
        event_date,
        term,
        true as is_computed,
        value
    from (
        {{ computed | indent(4) }}
    ) as computed
    {%- endif %}
),

plausible as (
    select * from entry
    where value between {{ plausible[0] }} and {{ plausible[1] }}
),

value_by_recency as (
    select
        *,
        row_number() over (
            partition by patient_number
            order by is_computed, value desc, event_id desc, term
        ) as recency
    from (
        {{ entries_of_the_last_day('plausible') | indent(4) }}
    ) as last_value
),

latest_value as (
    select * from value_by_recency
    where recency = 1
)
{%- endmacro %}

{% macro in_concept_unit(value, units) -%}
    {%- set known = [] -%}
    {%- for unit in units %}{% do known.append(text_literal(unit)) %}{% endfor -%}
    {%- set unit_of_value = 'case when lower(unit) in (' ~ known | join(', ') ~ ') then lower(unit) else unit_of_code end' -%}
    case
        {%- for unit, formula in units.items() if formula != '{value}' %}
        when {{ unit_of_value }} = {{ text_literal(unit) }} then round({{ formula.replace('{value}', value) }}, 0)
        {%- endfor %}
        else {{ value }}
    end
{%- endmacro %}
