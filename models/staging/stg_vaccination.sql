with
checked_vaccination as (
    select * from {{ ref('base_vaccination') }}
)

select
    event_id,
    patient_number,
    event_date,
    code_number,
    age_at_event
from checked_vaccination
where rejection_reason is null
