{#
    What every concept says of each patient: when it was entered first, last and on which days, and
    the term last entered. Of two entries on the last day the higher event_id gives the term.
    Arguments: entry, the name of a CTE with patient_number, event_id, event_date and term, one row per
    entry that counts; has_copies, whether an entry may be there more than once, with several terms: its code may
    stand in two codelists. The term that sorts first is then its own.
    Result: the CTE `entries`, one row per patient.
#}
{% macro entries_by_patient(entry, has_copies=false) -%}
{%- if has_copies %}
single_entry as (
    select
        patient_number,
        event_id,
        event_date,
        min(term) as term
    from {{ entry }}
    group by patient_number, event_id, event_date
),
{%- endif %}

entries as (
    select
        patient_number,
        min(event_date) as first_date,
        max(event_date) as latest_date,
        array_sort(array_distinct(array_agg(event_date))) as event_dates,
        max_by(term, {{ one_after_another(['event_date', 'event_id']) }}) as latest_term
    from {{ 'single_entry' if has_copies else entry }}
    group by patient_number
)
{%- endmacro %}


{#
    A value that is ordered by the first of these columns, then by the next.
    Arguments: columns, a list of names.
#}
{% macro one_after_another(columns) %}
    {{ return(adapter.dispatch('one_after_another')(columns)) }}
{% endmacro %}

{% macro default__one_after_another(columns) -%}
    row({{ columns | join(', ') }})
{%- endmacro %}


{#
    Of each patient's entries those of the last day, from which the latest is to be chosen: so few rows are ranked.
    Arguments: entry, the name of a CTE with patient_number and event_date.
    Result: a select of the columns of that CTE.
#}
{% macro entries_of_the_last_day(entry) -%}
    select {{ entry }}.*
    from {{ entry }}
    inner join (
        select
            patient_number,
            max(event_date) as event_date
        from {{ entry }}
        group by patient_number
    ) as last_day
        on
            {{ entry }}.patient_number = last_day.patient_number
            and {{ entry }}.event_date = last_day.event_date
{%- endmacro %}
