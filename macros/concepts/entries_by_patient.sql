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
        max_by(term, {{ sort_key(['event_date', 'event_id']) }}) as latest_term
    from {{ 'single_entry' if has_copies else entry }}
    group by patient_number
)
{%- endmacro %}

{% macro sort_key(columns) %}{{ return(adapter.dispatch('sort_key')(columns)) }}{% endmacro %}
{% macro default__sort_key(columns) %}row({{ columns | join(', ') }}){% endmacro %}

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
