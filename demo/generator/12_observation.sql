-- The observation file: each check measures some things; blood pressure is always a pair.

create or replace table event (
    patient_no integer, event_date date, snomed_code varchar, value double, unit varchar, episodicity varchar
);

-- The codes of a measure, with the unit that goes with each; some were used in some years only.
create temp table measure_code as
select
    * exclude (choice, weight),
    (sum(weight) over choices - weight) / sum(weight) over (partition by measure, starts) as share_from,
    sum(weight) over choices / sum(weight) over (partition by measure, starts) as share_to
from (
    select * replace (coalesce(starts, date '1900-01-01') as starts, coalesce(ends, date '2100-01-01') as ends)
    from parameter.measure_codes
)
window choices as (partition by measure, starts order by choice);

-- Measures of one panel share a draw: those with the lower share are taken beside the others.
create temp table panel_taken as
with panel as (
    select
        panel, min(age_from) as age_from, max(never_percent) as never_percent,
        max(greatest(
            percent_of_checks, percent_if_diabetes, percent_if_hypertension, percent_if_kidney_disease,
            percent_if_heart_disease, percent_if_mental_illness
        )) as highest_percent
    from parameter.measures
    where measure <> 'bmi'
    group by panel
),
due as (
    select
        check_day.* exclude (age_at_check), check_day.age_at_check as age, panel.* exclude (age_from),
        draw(patient_no, concat('measured ', panel, ' ', check_no)) * 100 as percent_drawn
    from (
        select
            patient_no, check_no, check_date,
            age_on(date_of_birth, check_date) as age_at_check,
            coalesce(diabetes_since <= check_date, false) as has_diabetes,
            coalesce(hypertension_since <= check_date, false) as has_hypertension,
            coalesce(kidney_disease_since <= check_date, false) as has_kidney_disease,
            coalesce(heart_disease_since <= check_date, false) as has_heart_disease,
            coalesce(mental_illness_since <= check_date, false) as has_mental_illness
        from check_day
    ) as check_day
    join panel on age_at_check >= age_from
)
select
    patient_no, check_no, check_date, age, panel, percent_drawn,
    has_diabetes, has_hypertension, has_kidney_disease, has_heart_disease, has_mental_illness
from due
where percent_drawn < highest_percent and draw(patient_no, concat('never ', panel)) >= never_percent / 100;

create temp table reading as
with possible as (
    select panel_taken.*, measures.* exclude (panel)
    from panel_taken
    join parameter.measures using (panel)
),
measured as (
    select *
    from possible
    where age >= age_from and age <= coalesce(age_to, 120)
        and percent_drawn < greatest(
            if(has_diabetes, percent_if_diabetes, percent_of_checks),
            if(has_hypertension, percent_if_hypertension, 0),
            if(has_kidney_disease, percent_if_kidney_disease, 0),
            if(has_heart_disease, percent_if_heart_disease, 0),
            if(has_mental_illness, percent_if_mental_illness, 0)
        )
),
described as (
    select
        measured.*,
        median_bmi * exp(log_sd * bmi_z) as usual_bmi,
        -- children grow by about six centimetres a year until they reach their adult height
        if(measured.age >= 17, adult_height_cm, least(adult_height_cm, 86 + 6.1 * (measured.age - 2))) as height_cm
    from measured
    join body using (patient_no)
    join bmi_at_age on bmi_at_age.age = measured.age
),
levelled as (
    select
        *,
        case measure
            when 'height' then height_cm
            when 'weight' then usual_bmi * pow(height_cm / 100, 2)
            else mean_at_50 + per_year_of_age * (age - 50) + per_bmi_unit * (usual_bmi - 27)
                + if(has_hypertension, if_hypertension, 0) + if(has_diabetes, if_diabetes, 0)
                + if(has_kidney_disease, coalesce(if_kidney_disease, 0), 0)
                + if(has_heart_disease, coalesce(if_heart_disease, 0), 0)
                + person_sd * if(has_diabetes, sd_ratio_if_diabetes, 1)
                    * normal(draw(patient_no, concat('level ', coalesce(level_like, measure))))
                + visit_sd * normal(draw(patient_no, concat(measure, ' noise ', check_no)))
        end as level
    from described
),
valued as (
    select
        patient_no, check_no, check_date, measure, panel,
        round(least(highest, greatest(lowest, if(is_logarithm, exp(level), level))), cast(decimals as integer)) as value
    from levelled
    union all
    select patient_no, check_no, check_date, measure, panel, bmi
    from bmi_reading, (from parameter.measures where measure = 'bmi')
    where recorded_as <> 'category'
),
drawn as (
    select *, draw(patient_no, concat('code of ', panel, ' ', check_no)) as code_draw
    from valued
)
select
    patient_no, check_no, check_date, drawn.measure, snomed_code, unit, decimals,
    if("add" = 0, value, round(value * multiply_by + "add", cast(decimals as integer))) as value
from drawn
join measure_code on measure_code.measure = drawn.measure
    and check_date >= starts and check_date < ends
    and code_draw >= share_from and code_draw < share_to;

-- Values as people type them: some missing, some BMIs with the height in metres or a slipped decimal point.
insert into event (patient_no, event_date, snomed_code, value, unit)
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

insert into event (patient_no, event_date, snomed_code, value, unit)
select
    patient_no, check_date, snomed_code,
    round(value * (1 + if(measure = 'height', 0.002, 0.03) * normal(draw(patient_no, concat('again ', measure, check_no)))), cast(decimals as integer)),
    unit
from reading
where draw(patient_no, concat('second ', measure, check_no)) * 100000
    < (select per_100000 from parameter.dirt where kind = 'second reading on the day');

-- BMI category codes that a practice filed among its measurements
insert into event (patient_no, event_date, snomed_code)
with category as (
    select bmi_from, bmi_to, list(snomed_code order by snomed_code) as codes
    from parameter.bmi_category_codes
    group by all
)
select patient_no, check_date, pick(codes, draw(patient_no, concat('BMI category ', check_no)))
from bmi_reading
join category on bmi >= bmi_from and bmi < bmi_to
where recorded_as <> 'value' and draw(patient_no, concat('BMI filed ', check_no)) < 0.125;

drop table reading;
drop table panel_taken;

-- Measurements that go with a diagnosis: spirometry
insert into event (patient_no, event_date, snomed_code, value, unit)
with taken as (
    select
        *,
        day_between(
            onset_date + cast(days_from as integer), onset_date + cast(days_to as integer),
            draw(patient_no, concat(measure, ' day of ', condition, snomed_code))
        ) as taken_on
    from condition_case
    join parameter.measures_at_diagnosis using (condition)
    where onset_date >= starts
        and draw(patient_no, concat(measure, ' of ', condition, snomed_code)) < percent_of_cases / 100
)
select
    patient_no, taken_on, snomed_code,
    round(least(highest, greatest(lowest,
        mean + sd * normal(draw(patient_no, concat('level ', measure, condition, snomed_code))))), cast(decimals as integer)),
    unit
from taken
where taken_on <= history_end;
