-- Smoking and body weight: they share the draw of a factor with the conditions that go with them.

create table smoker as
with chance as (
    select
        patient_no, date_of_birth, history_end,
        current_percent / 100 * by_deprivation(current_deprivation_ratio, imd_quintile) as current_share,
        former_percent / 100 * by_deprivation(former_deprivation_ratio, imd_quintile) as former_share
    from person
    asof join parameter.smoking on person.age >= smoking.age_from
    where age >= 15
)
select
    patient_no, date_of_birth, history_end,
    case
        when draw(patient_no, 'smoking') >= current_share + former_share then 'never'
        when draw(patient_no, 'quit') < former_share / (current_share + former_share) then 'former'
        else 'current'
    end as smoking_now,
    day_between(least(years_after(date_of_birth, 18), history_end), history_end, draw(patient_no, 'quit date')) as quit_date
from chance;

-- Each person keeps one place in the distribution of BMI for life; some conditions move it up.
create table body as
with shift as (
    select patient_no, sum(cast(round(100 * bmi_shift) as integer)) / 100 as bmi_shift
    from condition_case
    group by patient_no
)
select
    patient_no,
    normal(case
        when draw(patient_no, 'weight shares') < 0.6 then 1 - draw(patient_no, 'metabolic')
        else draw(patient_no, 'weight')
    end) + coalesce(bmi_shift, 0) as bmi_z,
    if(sex = 'female', 163 + 6.4 * normal(draw(patient_no, 'height')), 176.5 + 7 * normal(draw(patient_no, 'height')))
        as adult_height_cm
from person
left join shift using (patient_no);

-- The anchors of bmi_by_age.csv, joined by straight lines, one row per year of age.
create table bmi_at_age as
with line as (
    select
        age as age_from, median as median_from, log_sd as sd_from, percent_higher_per_quintile as steep,
        lead(age) over (order by age) as age_to,
        lead(median) over (order by age) as median_to,
        lead(log_sd) over (order by age) as sd_to
    from parameter.bmi_by_age
)
select
    cast(year_of_age as integer) as age,
    median_from + (median_to - median_from) * (year_of_age - age_from) / (age_to - age_from) as median_bmi,
    sd_from + (sd_to - sd_from) * (year_of_age - age_from) / (age_to - age_from) as log_sd,
    steep / 100 as deprivation_step
from line
join (select unnest(range(2, 106)) as year_of_age) on year_of_age >= age_from and year_of_age < age_to;
