{#
    The rows of a table of events (condition, observation, vaccination, medication), each accepted
    or with the first reason against it: its form, a code that is no SNOMED CT concept or dm+d identifier
    (a spreadsheet leaves such), a patient who is not in the extract, a date that cannot be, a value that is
    no number, an event_id that an accepted row already has. Of rows that share an event_id the one that
    sorts first is accepted, so that every run accepts the same.
    Arguments: table, its name in models/staging/extract.yml.
    Result: a select; one row per row received.
#}
{% macro checked_events(table) %}
{%- set content = extract_columns(table) | map(attribute='name') | reject('equalto', 'event_id') | list -%}
with
typed as (
    {{ typed_rows(table) }}
),

invalid_code as (
    {{ invalid_codes('(select distinct snomed_code from typed) as recorded', 'snomed_code') }}
),

lifespan as (
    select
        patient_id,
        min(date_of_birth) as date_of_birth,
        min(date_of_death) as date_of_death
    from {{ ref('stg_patient') }}
    group by patient_id
),

judged as (
    select
        typed.*,
        {{ age_in_years('lifespan.date_of_birth', 'typed.event_date') }} as age_at_event,
        case
            when typed.form_reason is not null then typed.form_reason
            when invalid_code.code is not null then 'implausible snomed_code'
            when lifespan.patient_id is null then 'unknown patient'
            when typed.event_date > {{ date_variable('extract_date') }} then 'in the future'
            when typed.event_date < lifespan.date_of_birth then 'before birth'
            when typed.event_date > {{ dbt.dateadd('year', 1, 'lifespan.date_of_death') }} then 'after death'
            {%- if 'value' in content %}
            when not abs(typed.value) <= 1e300 then 'implausible value'
            {%- endif %}
        end as row_reason
    from typed
    left join invalid_code on typed.snomed_code = invalid_code.code
    left join lifespan on typed.patient_id = lifespan.patient_id
),

numbered as (
    select
        *,
        row_number() over (
            partition by event_id, row_reason is null
            order by {{ in_order(content) }}
        ) as copy_number
    from judged
),

decided as (
    select
        *,
        case
            when row_reason is not null then row_reason
            when copy_number > 1 then 'duplicate event_id'
        end as rejection_reason
    from numbered
)

select
    event_id,
    {%- for column in content %}
    {{ column }},
    {%- endfor %}
    age_at_event,
    rejection_reason,
    {{ received_columns(table) }}
from decided
{%- endmacro %}
