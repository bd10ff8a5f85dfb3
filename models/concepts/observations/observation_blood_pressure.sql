{% set parts = [
    ('systolic', [40, 350], false, ref('codelist_systolic_blood_pressure')),
    ('diastolic', [20, 200], false, ref('codelist_diastolic_blood_pressure')),
    ('systolic', [40, 350], true, ref('codelist_home_systolic_blood_pressure')),
    ('diastolic', [20, 200], true, ref('codelist_home_diastolic_blood_pressure')),
] %}

with
part as (
    {%- for part, plausible, is_home, codelist in parts %}
    {{ 'union all' if not loop.first }}
    select
        patient_id,
        event_id,
        event_date,
        value,
        '{{ part }}' as part,
        {{ is_home | lower }} as is_home
    from (
        {{ coded_entries(
            ref('stg_observation'), codelist, event_columns=['value'],
            condition='event.value between ' ~ plausible[0] ~ ' and ' ~ plausible[1]
        ) }}
    ) as measured
    {%- endfor %}
),

entry as (
    select
        patient_id,
        event_date,
        is_home,
        case when is_home then 'Home or ambulatory blood pressure' else 'Blood pressure' end as term,
        max(event_id) as event_id,
        max(case when part = 'systolic' then value end) as systolic,
        max(case when part = 'diastolic' then value end) as diastolic
    from part
    group by patient_id, event_date, is_home
    having count(distinct part) = 2
),

{{ entries_by_patient('entry') }},

latest as (
    select
        *,
        row_number() over (
            partition by patient_id
            order by event_date desc, is_home asc, event_id desc
        ) as recency
    from entry
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
        entries.patient_id = latest.patient_id
        and latest.recency = 1
