-- Which patients of one primary care network have a high BMI, anxiety or depression, and no COVID-19
-- vaccination? One line per patient for the practice to read before it makes contact.
-- Try it: dbt show --select flagship_for_one_network --limit 100
with
recall_list as (
    select * from {{ ref('cohort_recall_list') }}
),

practice as (
    select * from {{ ref('dim_practice') }}
    where as_of_date = {{ as_of_date() }}
)

select
    practice.practice_name,
    recall_list.patient_id,
    recall_list.evidence
from recall_list
inner join practice on recall_list.practice_code = practice.practice_code
where
    recall_list.cohort = 'cohort_high_bmi_anxiety_depression_no_covid_vaccination'
    and recall_list.as_of_date = {{ as_of_date() }}
    and practice.pcn_name = 'SOUTH & WEST HEREFORDSHIRE PCN'
order by practice.practice_name, recall_list.patient_id
