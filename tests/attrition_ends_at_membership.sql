-- The attrition of each search starts at everyone registered, never grows, and ends at its members.
with
attrition as (
    select
        *,
        lag(patients) over (partition by cohort order by step) as patients_before,
        row_number() over (partition by cohort order by step desc) as steps_to_end
    from {{ ref('cohort_attrition') }}
    where as_of_date = {{ as_of_date() }}
),

registered as (
    select count(*) as patients from {{ ref('registered_patient') }}
),

membership as (
    select
        cohort,
        count(*) as patients
    from {{ ref('cohort_membership') }}
    where as_of_date = {{ as_of_date() }}
    group by cohort
)

select
    attrition.cohort,
    attrition.step,
    attrition.patients
from attrition
cross join registered
left join membership on attrition.cohort = membership.cohort
where
    (attrition.step = 0 and attrition.patients != registered.patients)
    or attrition.patients > attrition.patients_before
    or (attrition.steps_to_end = 1 and attrition.patients != coalesce(membership.patients, 0))
