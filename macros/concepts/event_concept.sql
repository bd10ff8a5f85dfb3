{#
    A vaccination or a medicine: the days on which it was given or issued. Two entries of one day, a
    procedure and a product for example, are one.
    Arguments: events, the relation of its staging model; codelist, the relation of its codelist;
    counts_from, the first day on which an entry counts (yyyy-mm-dd), none if every day does.
    Result: a select; one row per patient with an entry.
    Errors: counts_from is not a date.
#}
{% macro event_concept(events, codelist, counts_from=none) -%}
with
entry as (
    select
        event.patient_id,
        event.event_id,
        event.event_date,
        code.term
    from {{ events }} as event
    inner join {{ codelist }} as code on event.snomed_code = code.code
    where
        {{ counts_on_as_of_date() }}
        {%- if counts_from %}
        and event.event_date >= {{ date_literal(iso_date(counts_from, 'counts_from')) }}
        {%- endif %}
),

{{ entries_by_patient('entry') }}

select * from entries
{%- endmacro %}
