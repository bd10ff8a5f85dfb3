{#
    A measurement: the latest plausible value of each patient. Values that are missing or
    implausible are set aside before the latest is chosen. Of two values on one day the higher
    counts, then the one with the higher event_id.
    Arguments: values, the relation of the codelist of the measurement; plausible, the closed range
    of values that can be true, in the unit of the concept; minimum_age, the age in completed years
    from which it may be measured, none for any age; categories, the relation of a codelist of
    findings that stand for a value (column implied_value), none if there are none. Findings are
    read from observations and conditions, as systems file them in either.
    Result: a select; one row per patient with an entry, with or without a value.
#}
{% macro observation_concept(values, plausible, minimum_age=none, categories=none) -%}
with
code as (
    select code, term, cast(null as double) as implied_value from {{ values }}
    {%- if categories %}
    union all
    select code, term, implied_value from {{ categories }}
    {%- endif %}
),

entry as (
    select
        stg_observation.patient_id,
        stg_observation.event_id,
        stg_observation.event_date,
        code.term,
        case
            when code.implied_value is not null then code.implied_value
            when stg_observation.value between {{ plausible[0] }} and {{ plausible[1] }}
                then stg_observation.value
        end as value
    from {{ ref('stg_observation') }} as stg_observation
    inner join code on stg_observation.snomed_code = code.code
    where {{ counts_on_as_of_date(minimum_age) }}
    {%- if categories %}
    union all
    select
        stg_condition.patient_id,
        stg_condition.event_id,
        stg_condition.event_date,
        code.term,
        code.implied_value as value
    from {{ ref('stg_condition') }} as stg_condition
    inner join code on stg_condition.snomed_code = code.code
    where {{ counts_on_as_of_date(minimum_age) }} and code.implied_value is not null
    {%- endif %}
),

value_by_recency as (
    select
        *,
        row_number() over (
            partition by patient_id
            order by event_date desc, value desc, event_id desc
        ) as recency
    from entry
    where value is not null
),

{{ entries_by_patient('entry') }}

select
    entries.*,
    latest.value as latest_value,
    latest.event_date as latest_value_date,
    latest.term as latest_value_term
from entries
left join value_by_recency as latest
    on
        entries.patient_id = latest.patient_id
        and latest.recency = 1
{%- endmacro %}
