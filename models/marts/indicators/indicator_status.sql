{{ config(materialized='incremental', post_hook="{{ delete_opted_out() }}") }}

with
status as (
    {%- for indicator in gathered('indicators') %}
    {{ 'union all' if not loop.first }}
    select
        '{{ indicator }}' as indicator,
        patient_id,
        as_of_date,
        status,
        reason,
        evidence
    from {{ ref(indicator) }}
    where as_of_date = {{ as_of_date() }}
    {%- endfor %}
),

registered_patient as (
    select * from {{ ref('registered_patient') }}
)

select
    status.as_of_date,
    status.indicator,
    status.patient_id,
    registered_patient.practice_code,
    registered_patient.pcn_code,
    status.status,
    status.reason,
    status.evidence
from status
inner join registered_patient on status.patient_id = registered_patient.patient_id
