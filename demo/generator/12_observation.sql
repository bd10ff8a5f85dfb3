-- The observation file: each check measures some things; blood pressure is always a pair.

create or replace table event (
    patient_no integer, event_date date, snomed_code varchar, value double, unit varchar
);

create temp table reading as
with measured as (
    select
        check_day.*,
        measures.*,
        coalesce(diabetes_since <= check_date, false) as has_diabetes,
        coalesce(hypertension_since <= check_date, false) as has_hypertension,
        age_on(date_of_birth, check_date) as age
    from check_day
    join parameter.measures on measure <> 'bmi'
        and check_date >= years_after(date_of_birth, age_from)
        and draw(patient_no, concat('measured ', panel, ' ', check_no))
            < if(diabetes_since <= check_date, percent_if_diabetes, percent_of_checks) / 100
    where draw(patient_no, concat('never ', panel)) >= never_percent / 100
),
valued as (
    select
        measured.*,
        median_bmi * exp(log_sd * bmi_z) as usual_bmi,
        -- children grow by about six centimetres a year until they reach their adult height
        if(measured.age >= 17, adult_height_cm, least(adult_height_cm, 86 + 6.1 * (measured.age - 2))) as height_cm
    from measured
    join body using (patient_no)
    join bmi_at_age on bmi_at_age.age = measured.age
)
select
    patient_no, check_no, check_date, measure, snomed_code, unit, decimals,
    round(least(highest, greatest(lowest, case measure
        when 'height' then height_cm
        when 'weight' then usual_bmi * pow(height_cm / 100, 2)
        else mean_at_50 + per_year_of_age * (age - 50) + per_bmi_unit * (usual_bmi - 27)
            + if(has_hypertension, if_hypertension, 0) + if(has_diabetes, if_diabetes, 0)
            + person_sd * if(has_diabetes, sd_ratio_if_diabetes, 1) * normal(draw(patient_no, concat('level ', measure)))
            + visit_sd * normal(draw(patient_no, concat(measure, ' noise ', check_no)))
    end)), cast(decimals as integer)) as value
from valued
union all
select patient_no, check_no, check_date, measure, snomed_code, unit, decimals, bmi
from bmi_reading, (from parameter.measures where measure = 'bmi')
where recorded_as <> 'category';

-- Values as people type them: some missing, some BMIs with the height in metres or a slipped decimal point.
insert into event
select
    patient_no, check_date, snomed_code,
    case
        when draw(patient_no, concat('no value ', measure, check_no)) * 100000
            < (select per_100000 from parameter.dirt where kind = 'missing value') then null
        when measure = 'bmi' and draw(patient_no, concat('typing ', check_no)) * 100000
            < (select per_100000 from parameter.dirt where kind = 'implausible value')
            then round(value * pick([0.1, 10, 100], draw(patient_no, concat('slip ', check_no))), 1)
        else value
    end,
    unit
from reading;

insert into event
select
    patient_no, check_date, snomed_code,
    round(value * (1 + if(measure = 'height', 0.002, 0.03) * normal(draw(patient_no, concat('again ', measure, check_no)))), cast(decimals as integer)),
    unit
from reading
where draw(patient_no, concat('second ', measure, check_no)) * 100000
    < (select per_100000 from parameter.dirt where kind = 'second reading on the day');

-- BMI category codes that a practice filed among its measurements
insert into event
with category as (
    select bmi_from, bmi_to, list(snomed_code order by snomed_code) as codes
    from parameter.bmi_category_codes
    group by all
)
select patient_no, check_date, pick(codes, draw(patient_no, concat('BMI category ', check_no))), null, null
from bmi_reading
join category on bmi >= bmi_from and bmi < bmi_to
where recorded_as <> 'value' and draw(patient_no, concat('BMI filed ', check_no)) < 0.125;

drop table reading;
