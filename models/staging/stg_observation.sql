with
checked_observation as (
    select * from {{ ref('base_observation') }}
)

select
    event_id,
    patient_id,
    event_date,
    snomed_code,
    value,
    unit,
    age_at_event,
    build_number
from checked_observation
where rejection_reason is null
