with
received_patient as (
    select * from {{ ref('base_patient') }}
)

select patient_id
from received_patient
where patient_id is not null
group by patient_id
having bool_or(national_data_opt_out)
