{#
    The rows of a table of events (condition, observation, vaccination, medication), each accepted
    or with the first reason against it (judged_events), and of the accepted rows that share an event_id the one
    that sorts first, so that every run accepts the same. Rows are kept in the order of their codes: a concept then
    reads only the part of the table that its codelists name.
    Arguments: table, its name in models/staging/extract.yml; after, the relation of the table of events that is sorted
    before this one, none if none is: two at a time need more memory than the whole build, and more time.
    Result: a select; one row per row received.
#}
{% macro checked_events(table, after=none) %}
{%- set is_repeated = to_text('event_id') ~ ' in (select event_id from repeated)' -%}
{%- set content = extract_columns(table) | map(attribute='name') | reject('equalto', 'event_id') | list -%}
-- Which rows are made is known from changed_patient: depends_on: {{ ref('changed_patient') }}
{%- if after %}
-- One large sort at a time, after {{ after }}.
{%- endif %}
with
-- Few rows share their event_id, and only those need ranking.
repeated as (
    select event_id from {{ ref('repeated_event_id') }}
    where table_name = '{{ table }}'
),

invalid_code as (
    {{ invalid_codes('(select distinct snomed_code from ' ~ source('extract', table) ~ ') as recorded', 'snomed_code') }}
),

lifespan as (
    select
        patient_id,
        min(date_of_birth) as date_of_birth,
        min(date_of_death) as date_of_death
    from {{ ref('stg_patient') }}
    group by patient_id
),

single_event as (
    select
        *,
        1 as copy_number
    from (
        {{ judged_events(table, '(' ~ is_repeated ~ ') is not true') | indent(4) }}
    ) as judged
),

repeated_event as (
    select
        *,
        row_number() over (
            partition by event_id, row_reason is null
            order by {{ in_order(content) }}
        ) as copy_number
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
            when copy_number > 1 then 'duplicate event_id'
        end as rejection_reason
    from every_event
)

select
    event_id,
    {%- for column in content %}
    {{ column }},
    {%- endfor %}
    age_at_event,
    rejection_reason,
    {{ received(table) }} as received,
    (select extract_version.build_number from {{ ref('extract_version') }} as extract_version) as build_number
from decided
order by snomed_code
{%- endmacro %}


{#
    Rows of a table of events, each with what is wrong with it by itself: its form, a code that is no SNOMED CT concept
    or dm+d identifier (a spreadsheet leaves such), a patient who is not in the extract, a date that cannot be, a
    value that is no number. The CTEs invalid_code and lifespan must be in scope.
    Arguments: table, its name in models/staging/extract.yml; condition, which rows, on the columns of the file.
    Result: a select: the columns of typed_rows, age_at_event and row_reason.
#}
{% macro judged_events(table, condition) -%}
    select
        typed.*,
        {{ age_in_years('lifespan.date_of_birth', 'typed.event_date') }} as age_at_event,
        case
            when typed.form_reason is not null then typed.form_reason
            when typed.snomed_code in (select invalid_code.code from invalid_code) then 'implausible snomed_code'
            when lifespan.patient_id is null then 'unknown patient'
            when typed.event_date > {{ date_variable('extract_date') }} then 'in the future'
            when typed.event_date < lifespan.date_of_birth then 'before birth'
            when typed.event_date > {{ dbt.dateadd('year', 1, 'lifespan.date_of_death') }} then 'after death'
            {%- if 'value' in extract_columns(table) | map(attribute='name') %}
            when not abs(typed.value) <= 1e300 then 'implausible value'
            {%- endif %}
        end as row_reason
    from (
        {{ typed_rows(table, condition) | indent(4) }}
    ) as typed
    left join lifespan on typed.patient_id = lifespan.patient_id
{%- endmacro %}
