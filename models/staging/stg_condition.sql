with
checked_condition as (
    select * from {{ ref('base_condition') }}
)

select
    event_id,
    patient_number,
    event_date,
    code_number,
    episodicity,
    age_at_event
from checked_condition
where rejection_reason is null
