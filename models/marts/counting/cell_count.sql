{{ config(materialized='view') }}

{% set dimensions = dimensions() | map('first') | list -%}
with
counted_patient as (
    select * from {{ ref('counted_patient') }}
),

measured_patient as (
    select
        cohort as measure,
        'found' as status,
        patient_id
    from {{ ref('cohort_membership') }}
    where as_of_date = {{ as_of_date() }}
    union all
    select
        indicator as measure,
        status,
        patient_id
    from {{ ref('indicator_status') }}
    where as_of_date = {{ as_of_date() }}
    union all
    select
        'registered' as measure,
        'registered' as status,
        patient_id
    from counted_patient
),

counted_status as (
    select
        measure,
        status,
        status_number
    from {{ ref('counted_set') }}
    group by measure, status, status_number
)

select
    counted_status.status_number,
    counted_patient.practice_number,
    {%- for dimension in dimensions %}
    counted_patient.{{ dimension }}_number,
    {%- endfor %}
    count(*) as patients,
    count(counted_patient.record_key) as published_patients,
    coalesce(sum(counted_patient.record_key), 0) as cell_key
from measured_patient
inner join counted_status
    on
        measured_patient.measure = counted_status.measure
        and measured_patient.status = counted_status.status
inner join counted_patient on measured_patient.patient_id = counted_patient.patient_id
group by
    counted_status.status_number,
    {%- for dimension in dimensions %}
    counted_patient.{{ dimension }}_number,
    {%- endfor %}
    counted_patient.practice_number
