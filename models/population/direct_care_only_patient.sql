with
patient as (
    select * from {{ ref('stg_patient') }}
)

select patient_id
from patient
group by patient_id
having bool_or(type_1_opt_out or is_sensitive)
