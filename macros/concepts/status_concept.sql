{#
    A status with opposites: the latest entry of any of them decides. Of two on one day the status
    that stands first in `precedence` counts, then the one with the higher event_id.
    Arguments: codelist, the relation of a codelist with the column category, the status a code
    stands for; precedence, the list of statuses; minimum_age, the age in completed years from which
    an entry counts, none for any age.
    Result: a select; one row per patient with an entry.
#}
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
