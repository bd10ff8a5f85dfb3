with
checked_observation as (
    select * from {{ ref('base_observation') }}
)

select
    event_id,
    patient_number,
    event_date,
    code_number,
    value,
    unit,
    age_at_event
from checked_observation
where rejection_reason is null
