-- The condition file: diagnoses and resolutions, smoking, BMI categories, declined vaccinations and everyday entries.

create or replace table event (
    patient_no integer, event_date date, snomed_code varchar, value double, unit varchar, episodicity varchar
);

-- first diagnosis, later entries of it (before any resolution), the resolution, the diagnosis after it
insert into event (patient_no, event_date, snomed_code, episodicity)
select
    patient_no, onset_date,
    pick(diagnosis_codes, draw(patient_no, concat(condition, ' code'))),
    pick(['First', 'First', 'First', 'New', 'New', null], draw(patient_no, concat(condition, ' episode')))
from condition_case
join condition_code using (condition);

insert into event (patient_no, event_date, snomed_code, episodicity)
with repeated as (
    select
        *,
        coalesce(resolved_date - 1, history_end) as last_day,
        unnest(range(cast(floor(least(12,
            2 * draw(patient_no, concat(condition, ' often')) * entries_per_year * (history_end - onset_date) / 365.25
            + draw(patient_no, concat(condition, ' once')))) as integer))) as entry_no
    from condition_case
)
select
    patient_no,
    day_between(onset_date, last_day, draw(patient_no, concat(condition, ' entry ', entry_no))),
    -- most practices repeat the first code; some refine it
    pick(diagnosis_codes, if(draw(patient_no, concat(condition, ' refined ', entry_no)) < 0.75,
        draw(patient_no, concat(condition, ' code')),
        draw(patient_no, concat(condition, ' code ', entry_no)))),
    case
        when draw(patient_no, concat(condition, ' episode ', entry_no)) < 0.7 then 'Review'
        when draw(patient_no, concat(condition, ' episode ', entry_no)) < 0.8 then 'New'
        when draw(patient_no, concat(condition, ' episode ', entry_no)) < 0.83 then 'Ended'
    end
from repeated
join condition_code using (condition)
where onset_date < last_day;

insert into event (patient_no, event_date, snomed_code, episodicity)
select patient_no, resolved_date, pick(resolved_codes, draw(patient_no, concat(condition_case.condition, ' resolved code'))), null
from condition_case
join condition_code using (condition)
join resolved_code on resolved_code.condition = condition_case.condition
    and coalesce(after_code = pick(diagnosis_codes, draw(patient_no, concat(condition_case.condition, ' code'))), true)
where resolved_date is not null
union all
select patient_no, rediagnosed_date, pick(diagnosis_codes, draw(patient_no, concat(condition, ' code again'))), 'New'
from condition_case
join condition_code using (condition)
where rediagnosed_date is not null;

-- smoking status: several entries over the years, before and after giving up
insert into event (patient_no, event_date, snomed_code)
with code as (
    select category, list(snomed_code order by snomed_code) as codes
    from (select *, unnest(range(weight)) from parameter.smoking_codes)
    group by category
),
entry as (
    select
        *,
        unnest(range(cast(floor(least(25,
            (0.25 + 0.8 * exp(0.7 * normal(draw(patient_no, 'smoking entries'))))
            * 0.22 * (history_end - greatest(years_after(date_of_birth, 15), date '2003-01-01')) / 365.25
            + 0.6)) as integer))) as entry_no
    from smoker
    where draw(patient_no, 'smoking asked') < 0.93 and years_after(date_of_birth, 15) < history_end
),
dated as (
    select
        *,
        recent_day_between(greatest(years_after(date_of_birth, 15), date '2003-01-01'), history_end,
            draw(patient_no, concat('smoking entry ', entry_no))) as entry_date
    from entry
    union all
    -- and at most checks of people with severe mental illness
    select smoker.*, 1000 + check_no, check_date
    from smoker
    join check_day using (patient_no)
    where mental_illness_since <= check_date and draw(patient_no, concat('smoking at check ', check_no)) < 0.9
        and check_date > years_after(smoker.date_of_birth, 15)
)
select
    patient_no, entry_date,
    pick(codes, draw(patient_no, concat('smoking code ', entry_no)))
from dated
join code on code.category = case
    when smoking_now <> 'former' then smoking_now
    when entry_date < quit_date then 'current'
    -- now and then someone who gave up is entered as never having smoked
    when draw(patient_no, concat('smoking slip ', entry_no)) < 0.03 then 'never'
    else 'former'
end;

insert into event (patient_no, event_date, snomed_code)
with category as (
    select bmi_from, bmi_to, list(snomed_code order by snomed_code) as codes
    from parameter.bmi_category_codes
    group by all
)
select patient_no, check_date, pick(codes, draw(patient_no, concat('BMI category ', check_no)))
from bmi_reading
join category on bmi >= bmi_from and bmi < bmi_to
where recorded_as <> 'value'
    -- one in eight of them is filed as an observation without a value
    and draw(patient_no, concat('BMI filed ', check_no)) >= 0.125;

insert into event (patient_no, event_date, snomed_code)
select
    patient_no,
    day_between(starts, ends, draw(patient_no, concat('declined on ', snomed_code))),
    snomed_code
from person
join covid_choice using (patient_no)
cross join parameter.covid_declined
where age >= 17
    and draw(patient_no, concat('declined ', snomed_code)) * 100
        < if(never_vaccinated, percent_of_never_vaccinated, percent_of_vaccinated)
    and day_between(starts, ends, draw(patient_no, concat('declined on ', snomed_code))) <= history_end;

-- everyday entries, for everyone and for people with a condition
insert into event (patient_no, event_date, snomed_code)
with visitor as (
    select patient_no, sex, date_of_birth, history_end, exp(0.7 * normal(draw(patient_no, 'contacts')) - 0.25) as contacts
    from person
),
due as (
    select
        patient_no, contacts, snomed_code, entries_per_year, null as condition,
        greatest(years_after(date_of_birth, age_from), date '2004-01-01') as first_day,
        least(history_end, years_after(date_of_birth, age_to + 1)) as last_day
    from visitor
    join parameter.record_entries on needs_condition is null and (record_entries.sex is null or record_entries.sex = visitor.sex)
    union all
    select
        patient_no, contacts, snomed_code, record_entries.entries_per_year, condition,
        greatest(years_after(visitor.date_of_birth, age_from), onset_date),
        least(visitor.history_end, years_after(visitor.date_of_birth, age_to + 1))
    from condition_case
    join visitor using (patient_no)
    join parameter.record_entries on needs_condition = condition
),
counted as (
    select
        *,
        unnest(range(cast(floor(least(40,
            entries_per_year * (last_day - first_day) / 365.25 * contacts
            + draw(patient_no, concat('entries ', snomed_code)))) as integer))) as entry_no
    from due
    where first_day < last_day
)
select
    patient_no,
    recent_day_between(first_day, last_day, draw(patient_no, concat(snomed_code, '#', entry_no, condition))),
    snomed_code
from counted;
