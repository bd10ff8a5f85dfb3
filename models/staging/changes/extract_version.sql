with
patient_fingerprint as (
    select * from {{ ref('patient_fingerprint') }}
),

changed_patient as (
    select count(*) as patients from {{ ref('changed_patient') }}
),

version as (
    select
        sum({{ row_fingerprint(['patient_key', 'fingerprint']) }}) as version,
        count(*) as patients
    from patient_fingerprint
    where fingerprint is not null
),

earlier as (
    select sum({{ row_fingerprint(['patient_key', 'earlier_fingerprint']) }}) as version
    from patient_fingerprint
    where earlier_fingerprint is not null
)

select
    cast(version.version as {{ dbt.type_string() }}) as version,
    cast(earlier.version as {{ dbt.type_string() }}) as earlier_version,
    version.patients,
    changed_patient.patients as changed_patients
from version
cross join earlier
cross join changed_patient
