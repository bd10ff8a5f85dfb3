with
patient_fingerprint as (
    select * from {{ ref('patient_fingerprint') }}
),

changed_patient as (
    select count(*) as patients from {{ ref('changed_patient') }}
),

version as (
    select
        sum(case when fingerprint is not null then {{ row_fingerprint(['patient_key', 'fingerprint']) }} end) as version,
        sum(case
            when earlier_fingerprint is not null then {{ row_fingerprint(['patient_key', 'earlier_fingerprint']) }}
        end) as earlier_version,
        count(fingerprint) as patients
    from patient_fingerprint
)

select
    cast(version.version as {{ dbt.type_string() }}) as version,
    cast(version.earlier_version as {{ dbt.type_string() }}) as earlier_version,
    version.patients,
    changed_patient.patients as changed_patients
from version
cross join changed_patient
