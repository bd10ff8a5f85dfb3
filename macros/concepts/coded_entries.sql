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

{% macro as_list(relations) %}
    {{ return(relations if relations is sequence and relations is not string and relations is not mapping else [relations]) }}
{% endmacro %}
