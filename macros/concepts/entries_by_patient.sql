{#
    What every concept says of each patient: when it was entered first, last and on which days, and
    the term last entered. Of two entries on the last day the higher event_id gives the term.
    Arguments: entry, the name of a CTE with patient_id, event_id, event_date and term, one row per
    entry that counts.
    Result: the CTE `entries`, one row per patient.
#}
{% macro entries_by_patient(entry) -%}
entry_by_recency as (
    select
        *,
        row_number() over (
            partition by patient_id
            -- one entry can have two terms: its code may stand in two codelists
            order by event_date desc, event_id desc, term
        ) as recency
    from {{ entry }}
),

entries as (
    select
        patient_id,
        min(event_date) as first_date,
        max(event_date) as latest_date,
        array_sort(array_agg(distinct event_date)) as event_dates,
        max(case when recency = 1 then term end) as latest_term
    from entry_by_recency
    group by patient_id
)
{%- endmacro %}
