{#
    The rows of a table of events (condition, observation, vaccination, medication), each accepted
    or with the first reason against it (judged_events), and of the accepted rows that share an event_id the one
    that sorts first, so that every run accepts the same. Rows are kept in the order of their codes: a concept then
    reads only the part of the table that its codelists name.
    The file is read once for its rows, once more for those that share their event_id, and by two of its columns alone.
    Arguments: table, its name in models/staging/extract.yml.
    Result: a select; one row per row received.
#}
{% macro checked_events(table) %}
{%- set content = extract_columns(table) | map(attribute='name') | reject('equalto', 'event_id') | list -%}
{%- set event_hash = hash_of_text(to_text('event_id')) -%}
{%- set is_repeated = event_hash ~ ' in (select repeated.event_hash from repeated)' -%}
with
patient as (
    select * from {{ ref('patient_number') }}
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
    where not {{ is_identifier('snomed_code') }}
),

-- Few rows share their event_id, and only those need ranking. Numbers take less time and memory than texts; an id that
-- has the number of another by chance is ranked by itself.
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
    patient_number,
    code_number,
    {%- for column in content if column not in ['patient_id', 'snomed_code'] %}
    {{ column }},
    {%- endfor %}
    age_at_event,
    rejection_reason,
    {{ received(table) }} as received
from decided
order by code_number
{%- endmacro %}


{#
    Rows of a table of events, each with what is wrong with it by itself: its form, a code that is no SNOMED CT concept
    or dm+d identifier (a spreadsheet leaves such), a patient who is not in the extract, a date that cannot be, a
    value that is no number. The CTEs patient and invalid_code must be in scope.
    Arguments: table, its name in models/staging/extract.yml; condition, which rows, on the columns of the file.
    Result: a select: the columns of typed_rows, patient_number, code_number (of a code that is one), age_at_event and
    row_reason.
#}
{% macro judged_events(table, condition) -%}
    select
        typed.*,
        patient.patient_number,
        {{ code_number('case when invalid_code.snomed_code is null then typed.snomed_code end') }} as code_number,
        {{ age_in_years('patient.date_of_birth', 'typed.event_date') }} as age_at_event,
        case
            when typed.form_reason is not null then typed.form_reason
            when invalid_code.snomed_code is not null then 'implausible snomed_code'
            when patient.patient_number is null then 'unknown patient'
            when typed.event_date > {{ date_variable('extract_date') }} then 'in the future'
            when typed.event_date < patient.date_of_birth then 'before birth'
            when typed.event_date > {{ dbt.dateadd('year', 1, 'patient.date_of_death') }} then 'after death'
            {%- if 'value' in extract_columns(table) | map(attribute='name') %}
            when not abs(typed.value) <= 1e300 then 'implausible value'
            {%- endif %}
        end as row_reason
    from (
        {{ typed_rows(table, condition) | indent(4) }}
    ) as typed
    left join patient on typed.patient_id = patient.patient_id
    left join invalid_code on typed.snomed_code = invalid_code.snomed_code
{%- endmacro %}


{# A number that stands for a text; two texts have the same one by a chance of one in 2^64. #}
{% macro hash_of_text(text) %}
    {{ return(adapter.dispatch('hash_of_text')(text)) }}
{% endmacro %}

{% macro duckdb__hash_of_text(text) %}
    {{ return('hash(' ~ text ~ ')') }}
{% endmacro %}
