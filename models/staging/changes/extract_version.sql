{%- set earlier_build = earlier_rows(['build_number']) -%}
with
patient_fingerprint as (
    select * from {{ ref('patient_fingerprint') }}
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

changed as (
    select count(*) as patients
    from patient_fingerprint
    where fingerprint is distinct from earlier_fingerprint
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
    changed.patients as changed_patients
from version
cross join earlier
cross join changed
cross join last_build
