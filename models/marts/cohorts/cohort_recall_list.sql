{{ config(materialized='incremental', post_hook="{{ delete_opted_out() }}") }}

with
member as (
    {%- for cohort in gathered('cohorts') %}
    {{ 'union all' if not loop.first }}
    select
        '{{ cohort }}' as cohort,
        patient_id,
        as_of_date,
        evidence
    from {{ ref(cohort) }}
    where as_of_date = {{ as_of_date() }}
    {%- endfor %}
),

registered_patient as (
    select * from {{ ref('registered_patient') }}
)

select
    member.as_of_date,
    member.cohort,
    member.patient_id,
    registered_patient.practice_code,
    registered_patient.pcn_code,
    member.evidence
from member
inner join registered_patient on member.patient_id = registered_patient.patient_id
