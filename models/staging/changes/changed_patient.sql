with
patient_fingerprint as (
    select * from {{ ref('patient_fingerprint') }}
)

select patient_key
from patient_fingerprint
where
    fingerprint is distinct from earlier_fingerprint
    -- Which of the rows that share an event_id is accepted depends on another patient.
    or shares_event_id
    or shared_event_id_earlier
