-- Days on which someone was measured: more with age and with each long-term condition. BMI is decided here because
-- both the condition file (category codes) and the observation file (values) need it.

create temp table checked_person as
with need as (
    select
        patient_no,
        -- summed as whole numbers: a sum of fractions depends on the order of the rows
        sum(cast(round(raises_check_rate * least(history_end - onset_date, 3653)) as bigint)) / 365.25 as extra_checks,
        min(onset_date) filter (condition like 'diabetes%') as diabetes_since,
        min(onset_date) filter (condition = 'hypertension') as hypertension_since,
        min(onset_date) filter (condition = 'chronic_kidney_disease') as kidney_disease_since,
        min(onset_date) filter (condition in ('chronic_heart_disease', 'stroke', 'peripheral_arterial_disease')) as heart_disease_since,
        min(onset_date) filter (condition in ('severe_mental_illness', 'psychosis_with_learning_disability')) as mental_illness_since
    from condition_case
    group by patient_no
)
select
    patient_no, date_of_birth, history_end, imd_quintile,
    diabetes_since, hypertension_since, kidney_disease_since, heart_disease_since, mental_illness_since,
    greatest(date_of_birth + 730, date '2003-01-01') as first_day,
    least(60, cast(round(
        (if(draw(patient_no, 'never checked') < never_percent / 100, 0, mean_checks) + coalesce(extra_checks, 0) * 0.35)
        * exp(0.5 * normal(draw(patient_no, 'checks')))) as integer)) as checks
from person
asof join parameter.checks on person.age >= checks.age_from
left join need using (patient_no);

create table check_day as
select
    * exclude (first_day, checks),
    recent_day_between(first_day, history_end, draw(patient_no, concat('check ', check_no))) as check_date
from (select *, unnest(range(checks)) as check_no from checked_person where first_day < history_end);

create table bmi_reading as
with taken as (
    select
        check_day.*,
        draw(patient_no, concat('BMI as ', check_no)) as recording_draw
    from check_day, (from parameter.measures where measure = 'bmi') as measure
    where draw(patient_no, concat('measured bmi ', check_no))
            < greatest(
                if(diabetes_since <= check_date, percent_if_diabetes, percent_of_checks),
                if(mental_illness_since <= check_date, percent_if_mental_illness, 0)
            ) / 100
        and draw(patient_no, 'never bmi') >= never_percent / 100
)
select
    patient_no, check_no, check_date,
    round(greatest(11, least(70,
        median_bmi * (1 + deprivation_step * (3 - coalesce(imd_quintile, 3))) * exp(log_sd * bmi_z)
        + 0.5 * normal(draw(patient_no, concat('bmi noise ', check_no))))), 1) as bmi,
    case
        when recording_draw < 0.93 then 'value'
        when recording_draw < 0.98 then 'value and category'
        else 'category'
    end as recorded_as
from taken
join body using (patient_no)
join bmi_at_age on bmi_at_age.age = age_on(date_of_birth, check_date);
