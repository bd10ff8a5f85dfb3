with
checked_medication as (
    select * from {{ ref('base_medication') }}
)

select
    event_id,
    patient_id,
    event_date,
    snomed_code,
    age_at_event,
    build_number
from checked_medication
where rejection_reason is null
