{% macro checked_events(table) %}
{%- set content = extract_columns(table) | map(attribute='name') | reject('equalto', 'event_id') | list -%}
{%- set event_hash = row_hash([to_text('event_id'), to_text('patient_id')]) -%}
{%- set is_repeated = event_hash ~ ' in (select repeated.event_hash from repeated)' -%}
with
patient as (
    select
        *,
        cast({{ dbt.dateadd('year', 1, 'date_of_death') }} as date) as last_event_date
    from {{ ref('patient_number') }}
),

-- Each code once: there are few, and the check of one takes long.
recorded_code as (
    select {{ to_text('snomed_code') }} as snomed_code
    from {{ source('extract', table) }}
    group by {{ to_text('snomed_code') }}
),

invalid_code as (
    select snomed_code
    from recorded_code
    where
        snomed_code is not null
        and not {{ is_identifier('snomed_code') }}
),

-- An event_id stands for one entry of one patient: others may have entries of the same number, from another system. Few rows
-- share both, and only those need ranking. Numbers take less time and memory than texts; an id that has the number of
-- another by chance is ranked by itself.
repeated as (
    select {{ event_hash }} as event_hash
    from {{ source('extract', table) }}
    where {{ to_text('event_id') }} is not null
    group by {{ event_hash }}
    having count(*) > 1
),

single_event as (
    select
        *,
        1 as copy_number,
        1 as content_number
    from (
        {{ judged_events(table, '(' ~ is_repeated ~ ') is not true') | indent(4) }}
    ) as judged
),

repeated_event as (
    select
        *,
        row_number() over (
            partition by event_id, patient_id, row_reason is null
            order by {{ nulls_last(content) }}
        ) as copy_number,
        dense_rank() over (
            partition by event_id, patient_id, row_reason is null
            order by {{ nulls_last(content) }}
        ) as content_number
    from (
        {{ judged_events(table, is_repeated) | indent(4) }}
    ) as judged
),

every_event as (
    select * from single_event
    union all
    select * from repeated_event
),

decided as (
    select
        *,
        case
            when row_reason is not null then row_reason
            when content_number > 1 then 'conflicting event_id'
            when copy_number > 1 then 'duplicate event_id'
        end as rejection_reason
    from every_event
)

select
    event_id,
    patient_number,
    code_number,
    {%- for column in content if column not in ['patient_id', 'snomed_code'] %}
    {{ column }},
    {%- endfor %}
    age_at_event,
    rejection_reason,
    {{ original_values(table) }} as received
from decided
order by code_number
{%- endmacro %}

{% macro judged_events(table, condition) -%}
    {%- set is_invalid = 'typed.snomed_code in (select invalid_code.snomed_code from invalid_code)' -%}
    select
        typed.*,
        patient.patient_number,
        {{ code_number('case when not ' ~ is_invalid ~ ' then typed.snomed_code end') }} as code_number,
        {{ age_in_years('patient.date_of_birth', 'typed.event_date') }} as age_at_event,
        case
            when typed.form_reason is not null then typed.form_reason
            when {{ is_invalid }} then 'implausible snomed_code'
            when patient.patient_number is null then 'unknown patient'
            when typed.event_date > {{ date_variable('extract_date') }} then 'in the future'
            when typed.event_date < patient.date_of_birth then 'before birth'
            when typed.event_date > patient.last_event_date then 'after death'
            {%- if 'value' in extract_columns(table) | map(attribute='name') %}
            when not abs(typed.value) <= 1e300 then 'implausible value'
            {%- endif %}
        end as row_reason
    from (
        {{ typed_rows(table, condition) | indent(4) }}
    ) as typed
    left join patient on typed.patient_id = patient.patient_id
{%- endmacro %}
