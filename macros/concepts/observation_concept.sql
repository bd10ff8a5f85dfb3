{#
    A measurement: the latest plausible value of each patient. Values that are missing or
    implausible are set aside before the latest is chosen. Of two values on one day one that was
    recorded counts before one that was computed, then the higher, then the one with the higher
    event_id.
    Arguments: values, the relation of the codelist of the measurement; plausible, the closed range
    of values that can be true, in the unit of the concept; minimum_age, the age in completed years
    from which it may be measured, none for any age; categories, the relation of a codelist of
    findings that stand for a value (column implied_value), read from observations and conditions, as
    systems file them in either; units, for a codelist with the column unit_of_code, how to make the
    concept's unit of each other one ({'%': '10 * {value}'}); computed, a select of values computed
    from other measurements (patient_number, event_id, event_date, term, value).
    Result: a select; one row per patient with an entry, with or without a value.
#}
{% macro observation_concept(values, plausible, minimum_age=none, categories=none, units=none, computed=none) -%}
with
entry as (
    select
        patient_number,
        event_id,
        event_date,
        term,
        false as is_computed,
        {{ in_the_unit('value', units) ~ ' as value' if units else 'value' }}
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

{{ entries_by_patient('entry', has_copies=categories or computed or as_list(values) | length > 1) }}

select
    entries.*,
    latest.value as latest_value,
    latest.event_date as latest_value_date,
    latest.term as latest_value_term
from entries
left join value_by_recency as latest
    on
        entries.patient_number = latest.patient_number
        and latest.recency = 1
{%- endmacro %}


{#
    A value in the unit of the concept, to the whole number that laboratories report where it had another. The unit that was
    recorded decides if it is one that is known here, else that of the code.
    Arguments: value, an expression; units (see observation_concept); `unit` and `unit_of_code` must
    be in scope.
#}
{% macro in_the_unit(value, units) -%}
    case
        {%- for unit, formula in units.items() if formula != '{value}' %}
        when {{ unit_of_value(units) }} = {{ text_literal(unit) }} then round({{ formula.replace('{value}', value) }}, 0)
        {%- endfor %}
        else {{ value }}
    end
{%- endmacro %}


{# The unit that a value is in. Arguments: units (see observation_concept). #}
{% macro unit_of_value(units) -%}
    case when lower(unit) in ({% for unit in units %}{{ text_literal(unit) }}{{ ', ' if not loop.last }}{% endfor %}) then lower(unit) else unit_of_code end
{%- endmacro %}
