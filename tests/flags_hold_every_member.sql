-- On the way from the searches to the flags nobody is lost: a search whose attrition was not made has no flag, whatever it found.
with
flagged as (
    select
        {%- for cohort in models_in('cohorts') %}
        {{ '+ ' if not loop.first }}count(case when {{ cohort }} then 1 end)
        {%- endfor %} as patients
    from {{ ref('cohort_flags') }}
    where as_of_date = {{ as_of_date() }}
),

member as (
    select count(*) as patients
    from {{ ref('cohort_membership') }}
    where as_of_date = {{ as_of_date() }}
)

select
    flagged.patients as patients_flagged,
    member.patients as patients_found
from flagged
cross join member
where flagged.patients != member.patients
