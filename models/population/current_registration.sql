with
patient as (
    select * from {{ ref('stg_patient') }}
),

-- With a death that any registration records.
patient_number as (
    select * from {{ ref('patient_number') }}
),

direct_care_only_patient as (
    select * from {{ ref('direct_care_only_patient') }}
),

current_registration as (
    select
        patient.*,
        patient_number.patient_number,
        row_number() over (
            partition by patient_number.patient_number
            order by patient.registration_start_date desc, patient.practice_code desc
        ) as recency
    from patient
    inner join patient_number on patient.patient_id = patient_number.patient_id
    left join direct_care_only_patient on patient.patient_id = direct_care_only_patient.patient_id
    where
        patient.date_of_birth <= {{ as_of_date() }}
        and {{ is_regular_registration('patient.registration_type') }}
        and patient.registration_start_date <= {{ as_of_date() }}
        and (patient.registration_end_date is null or patient.registration_end_date >= {{ as_of_date() }})
        and (patient_number.date_of_death is null or patient_number.date_of_death > {{ as_of_date() }})
        {%- if not is_direct_care() %}
        and direct_care_only_patient.patient_id is null
        {%- endif %}
)

select
    patient_number,
    patient_id,
    {{ as_of_date() }} as as_of_date,
    date_of_birth,
    sex,
    ethnic_category,
    lsoa_code,
    practice_code
from current_registration
where recency = 1
