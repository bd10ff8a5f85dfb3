with
checked_patient as (
    select * from {{ ref('base_patient') }}
)

select
    patient_id,
    date_of_birth,
    sex,
    ethnic_category,
    lsoa_code,
    practice_code,
    registration_start_date,
    registration_end_date,
    registration_type,
    date_of_death,
    type_1_opt_out,
    national_data_opt_out,
    is_sensitive
from checked_patient
where rejection_reason is null
