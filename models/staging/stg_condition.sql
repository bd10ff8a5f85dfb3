with
checked_condition as (
    select * from {{ ref('base_condition') }}
)

select
    event_id,
    patient_id,
    event_date,
    snomed_code,
    episodicity,
    age_at_event,
    build_number
from checked_condition
where rejection_reason is null
