{{ config(post_hook="{{ delete_opted_out() }}") }}

with
received_patient as (
    select * from {{ ref('base_patient') }}
)

select patient_id
from received_patient
where patient_id is not null
group by patient_id
having bool_or(type_1_opt_out or is_sensitive)
