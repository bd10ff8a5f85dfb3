-- On its way through the marts no search gains or loses a patient.
with
flagged as (
    {%- for cohort in cohorts() %}
    {{ 'union all' if not loop.first }}
    select
        '{{ cohort }}' as cohort,
        patient_id
    from {{ ref('cohort_flags') }}
    where as_of_date = {{ as_of_date() }} and {{ cohort }}
    {%- endfor %}
),

member as (
    {%- for cohort in cohorts() %}
    {{ 'union all' if not loop.first }}
    select
        '{{ cohort }}' as cohort,
        patient_id
    from {{ ref(cohort) }}
    {%- endfor %}
)

select
    coalesce(flagged.cohort, member.cohort) as cohort,
    coalesce(flagged.patient_id, member.patient_id) as patient_id
from flagged
full outer join member
    on
        flagged.cohort = member.cohort
        and flagged.patient_id = member.patient_id
where flagged.patient_id is null or member.patient_id is null
