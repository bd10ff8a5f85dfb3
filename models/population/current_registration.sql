with
patient as (
    select * from {{ ref('stg_patient') }}
),

-- What any registration of a patient says of death, opt-out or sensitivity holds for the patient.
whole_record as (
    select
        *,
        min(date_of_death) over (partition by patient_id) as patient_date_of_death,
        bool_or(type_1_opt_out or is_sensitive) over (partition by patient_id) as is_direct_care_only
    from patient
),

current_registration as (
    select
        *,
        row_number() over (
            partition by patient_id
            order by registration_start_date desc, practice_code desc
        ) as recency
    from whole_record
    where
        date_of_birth <= {{ as_of_date() }}
        and registration_start_date <= {{ as_of_date() }}
        and (registration_end_date is null or registration_end_date >= {{ as_of_date() }})
        and (patient_date_of_death is null or patient_date_of_death > {{ as_of_date() }})
        {%- if not is_direct_care() %}
        and not is_direct_care_only
        {%- endif %}
)

select
    patient_id,
    {{ as_of_date() }} as as_of_date,
    date_of_birth,
    sex,
    ethnic_category,
    lsoa_code,
    practice_code
from current_registration
where recency = 1
