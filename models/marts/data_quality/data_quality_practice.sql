with
practice as (
    select * from {{ ref('stg_practice') }}
),

registration as (
    select
        patient_id,
        practice_code,
        registration_start_date,
        registration_end_date
    from {{ ref('stg_patient') }}
),

event as (
    {%- for table in ['condition', 'observation', 'vaccination', 'medication'] %}
    {{ 'union all' if not loop.first }}
    select
        patient_id,
        max(event_date) as event_date
    from {{ ref('stg_' ~ table) }}
    group by patient_id
    {%- endfor %}
),

latest as (
    select
        registration.practice_code,
        max(event.event_date) as latest_event_date
    from registration
    inner join event on registration.patient_id = event.patient_id
    where
        event.event_date >= registration.registration_start_date
        and (
            event.event_date <= registration.registration_end_date
            or registration.registration_end_date is null
        )
    group by registration.practice_code
)

select
    practice.practice_code,
    latest.latest_event_date,
    {{ days_between('latest.latest_event_date', date_variable('extract_date')) }}
        as days_without_events,
    coalesce(
        {{ days_between('latest.latest_event_date', date_variable('extract_date')) }}
        > {{ var('max_days_without_events') }},
        true
    ) as is_stale
from practice
left join latest on practice.practice_code = latest.practice_code
