{#
    A condition: the patients with a diagnosis, and whether it holds: a diagnosis is active if no
    entry of that day or later has resolved it (QOF business rules: it must be strictly later).
    Arguments: diagnosis, the relation of its codelist; resolved, the relation of the codelist that
    resolves it, none if nothing does; counts_from, the first day on which a diagnosis counts
    (yyyy-mm-dd), none if every day does.
    Result: a select; one row per patient with a diagnosis, is_active where the condition holds.
    Errors: counts_from is not a date.
#}
{% macro condition_concept(diagnosis, resolved=none, counts_from=none) -%}
with
code as (
    select code, term, false as resolves from {{ diagnosis }}
    {%- if resolved %}
    union all
    select code, term, true as resolves from {{ resolved }}
    {%- endif %}
),

condition as (
    select
        stg_condition.patient_id,
        stg_condition.event_id,
        stg_condition.event_date,
        code.term,
        code.resolves
    from {{ ref('stg_condition') }} as stg_condition
    inner join code on stg_condition.snomed_code = code.code
    where {{ counts_on_as_of_date() }}
),

resolution as (
    select
        patient_id,
        max(event_date) as latest_date
    from condition
    where resolves
    group by patient_id
),

entry as (
    select
        condition.*,
        resolution.latest_date is null or condition.event_date > resolution.latest_date as is_active
    from condition
    left join resolution on condition.patient_id = resolution.patient_id
    where
        not condition.resolves
        {%- if counts_from %}
        and condition.event_date >= {{ date_literal(iso_date(counts_from, 'counts_from')) }}
        {%- endif %}
),

active as (
    select
        patient_id,
        array_sort(array_agg(distinct event_date)) as active_dates
    from entry
    where is_active
    group by patient_id
),

{{ entries_by_patient('entry') }}

select
    entries.*,
    active.patient_id is not null as is_active,
    active.active_dates
from entries
left join active on entries.patient_id = active.patient_id
{%- endmacro %}
