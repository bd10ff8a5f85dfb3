with
checked_medication as (
    select * from {{ ref('base_medication') }}
)

select
    event_id,
    patient_number,
    event_date,
    code_number,
    age_at_event
from checked_medication
where rejection_reason is null
