{% macro blood_pressure_concept(counts_from=none, before=none, reading_is=none) -%}
{%- set parts = [
    ('systolic', [40, 350], false, ref('codelist_systolic_blood_pressure')),
    ('diastolic', [20, 200], false, ref('codelist_diastolic_blood_pressure')),
    ('systolic', [40, 350], true, ref('codelist_home_systolic_blood_pressure')),
    ('diastolic', [20, 200], true, ref('codelist_home_diastolic_blood_pressure')),
] -%}
with
part as (
    {%- for part, plausible, is_home, codelist in parts %}
    {{ 'union all' if not loop.first }}
    select
        patient_number,
        event_id,
        event_date,
        value,
        '{{ part }}' as part,
        {{ is_home | lower }} as is_home
    from (
        {{ coded_entries(
            ref('stg_observation'), codelist, counts_from=counts_from, before=before, event_columns=['value'],
            condition='event.value between ' ~ plausible[0] ~ ' and ' ~ plausible[1]
        ) | indent(4) }}
    ) as measured
    {%- endfor %}
),

reading as (
    select
        patient_number,
        event_date,
        is_home,
        case when is_home then 'Home or ambulatory blood pressure' else 'Blood pressure' end as term,
        max(event_id) as event_id,
        max(case when part = 'systolic' then value end) as systolic,
        max(case when part = 'diastolic' then value end) as diastolic
    from part
    group by patient_number, event_date, is_home
    having
        max(case when part = 'systolic' then value end) is not null
        and max(case when part = 'diastolic' then value end) is not null
),

entry as (
    select * from reading
    {%- if reading_is %}
    where {{ reading_is }}
    {%- endif %}
),

{{ entries_by_patient('entry') }},

latest as (
    select
        *,
        row_number() over (
            partition by patient_number
            order by is_home asc
        ) as recency
    from (
        {{ entries_of_the_last_day('entry') | indent(4) }}
    ) as last_reading
)

select
    entries.*,
    latest.systolic as latest_value,
    latest.event_date as latest_value_date,
    latest.term as latest_value_term,
    latest.diastolic as latest_diastolic,
    latest.is_home as latest_is_home
from entries
inner join latest
    on
        entries.patient_number = latest.patient_number
        and latest.recency = 1
{%- endmacro %}

{% macro is_raised() -%}
    (systolic >= case when is_home then 135 else 140 end or diastolic >= case when is_home then 85 else 90 end)
{%- endmacro %}
