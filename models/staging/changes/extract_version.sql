{%- set earlier_build = earlier_rows(['build_number']) -%}
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
),

last_build as (
    {%- if earlier_build %}
    select build_number from {{ earlier_build }}
    {%- else %}
    select 0 as build_number
    {%- endif %}
)

select
    cast(version.version as {{ dbt.type_string() }}) as version,
    cast(earlier.version as {{ dbt.type_string() }}) as earlier_version,
    last_build.build_number + 1 as build_number,
    '{{ state_of_extract() if execute }}' as files,
    version.patients,
    changed_patient.patients as changed_patients
from version
cross join earlier
cross join changed_patient
cross join last_build
