-- How many patients does the flagship search find in each network, and per 1,000 adults?
-- A new question: copy this file, change the flag. Small numbers: do not send them out as they are.
with
flag as (
    select * from {{ ref('cohort_flags') }}
    where as_of_date = {{ as_of_date() }}
),

patient as (
    select * from {{ ref('dim_patient') }}
    where as_of_date = {{ as_of_date() }}
),

practice as (
    select * from {{ ref('dim_practice') }}
    where as_of_date = {{ as_of_date() }}
),

adult as (
    select
        practice.pcn_name,
        flag.cohort_high_bmi_anxiety_depression_no_covid_vaccination as is_found
    from patient
    inner join flag on patient.patient_id = flag.patient_id
    inner join practice on patient.practice_code = practice.practice_code
    where patient.age >= 18
)

select
    pcn_name,
    count(*) as adults,
    count(case when is_found then 1 end) as patients_found,
    round(1000.0 * count(case when is_found then 1 end) / count(*), 1) as per_1000_adults
from adult
group by pcn_name
order by per_1000_adults desc, pcn_name asc
