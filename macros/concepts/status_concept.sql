{% macro status_concept(codelist, precedence, minimum_age=none) -%}
with
entry as (
    select
        *,
        category as status
    from (
        {{ coded_entries(ref('stg_condition'), codelist, columns=['category'], minimum_age=minimum_age) | indent(4) }}
    ) as coded
),

status_by_recency as (
    select
        *,
        row_number() over (
            partition by patient_number
            order by
                case status
                    {%- for status in precedence %}
                    when '{{ status }}' then {{ loop.index }}
                    {%- endfor %}
                end,
                event_id desc
        ) as recency
    from (
        {{ entries_of_the_last_day('entry') | indent(4) }}
    ) as last_status
),

{{ entries_by_patient('entry', has_copies=as_list(codelist) | length > 1) }}

select
    entries.*,
    latest.status as latest_status,
    latest.event_date as latest_status_date,
    latest.term as latest_status_term
from entries
inner join status_by_recency as latest
    on
        entries.patient_number = latest.patient_number
        and latest.recency = 1
{%- endmacro %}
