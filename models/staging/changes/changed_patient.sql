with
patient_fingerprint as (
    select * from {{ ref('patient_fingerprint') }}
),

repeated_event_id as (
    select * from {{ ref('repeated_event_id') }}
)

select patient_key
from patient_fingerprint
where fingerprint is distinct from earlier_fingerprint
union distinct
-- Which of the rows that share an event_id is accepted depends on another patient.
select patient_key
from repeated_event_id
where is_shared or was_shared
