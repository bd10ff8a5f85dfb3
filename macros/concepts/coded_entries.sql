{#
    The entries that codelists pick from a table of events and that count on the as-of date. A code
    that stands in two of the lists gives its entry once for each.
    Arguments: events, the relation of a staging model; codelists, the relation of a codelist or a
    list of them; counts_from, the first day on which an entry counts (yyyy-mm-dd), none if every day
    does; before, the day from which none does, none for no limit; within, '12 months' and so on: only entries of so long before the as-of date; minimum_age,
    the age in completed years from which an entry counts, none for any age; condition, one more on
    the columns of `event`, none if there is none; columns and event_columns, further columns of the
    codelists and of the events.
    Result: a select: patient_number, event_id, event_date, age_at_event, term and the further columns.
    Errors: counts_from or before is not a date, within is not a window.
#}
{% macro coded_entries(
    events, codelists, counts_from=none, before=none, within=none, minimum_age=none, condition=none, columns=[],
    event_columns=[]
) -%}
    select
        event.patient_number,
        event.event_id,
        event.event_date,
        event.age_at_event,
        {%- for column in event_columns %}
        event.{{ column }},
        {%- endfor %}
        {%- for column in columns %}
        code.{{ column }},
        {%- endfor %}
        code.term
    from {{ events }} as event
    inner join (
        {%- for codelist in as_list(codelists) %}
        {{ 'union all' if not loop.first }}
        select {{ code_number('code') }} as code_number, term{% for column in columns %}, {{ column }}{% endfor %} from {{ codelist }}
        {%- endfor %}
    ) as code on event.code_number = code.code_number
    where
        event.event_date <= {{ as_of_date() }}
        {%- if counts_from is not none %}
        and event.event_date >= {{ date_literal(iso_date(counts_from, 'counts_from')) }}
        {%- endif %}
        {%- if before is not none %}
        and event.event_date < {{ date_literal(iso_date(before, 'before')) }}
        {%- endif %}
        {%- if within is not none %}
        and event.event_date > {{ date_literal(window_start('a concept', within)) }}
        {%- endif %}
        {%- if minimum_age is not none %}
        and event.age_at_event >= {{ minimum_age }}
        {%- endif %}
        {%- if condition is not none %}
        and {{ condition }}
        {%- endif %}
{%- endmacro %}


{# One relation, or a list of them, as a list. #}
{% macro as_list(relations) %}
    {{ return(relations if relations is sequence and relations is not string and relations is not mapping else [relations]) }}
{% endmacro %}
