with
checked_vaccination as (
    select * from {{ ref('base_vaccination') }}
)

select
    event_id,
    patient_id,
    event_date,
    snomed_code,
    age_at_event,
    build_number
from checked_vaccination
where rejection_reason is null
