with
practice as (
    select * from {{ ref('stg_practice') }}
),

registration as (
    select
        patient_number.patient_number,
        patient.practice_code,
        patient.registration_start_date,
        patient.registration_end_date
    from {{ ref('stg_patient') }} as patient
    inner join {{ ref('patient_number') }} as patient_number on patient.patient_id = patient_number.patient_id
),

event as (
    {%- for table in ['condition', 'observation', 'vaccination', 'medication'] %}
    {{ 'union all' if not loop.first }}
    select
        patient_number,
        max(event_date) as event_date
    from {{ ref('stg_' ~ table) }}
    group by patient_number
    {%- endfor %}
),

latest as (
    select
        registration.practice_code,
        max(event.event_date) as latest_event_date
    from registration
    inner join event on registration.patient_number = event.patient_number
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
