-- Pregnancies: entries of care from the eighth week on, and how each one ended.

insert into event (patient_no, event_date, snomed_code, episodicity)
with code as (
    select role, list(snomed_code order by snomed_code) as codes
    from (select *, unnest(range(weight)) from parameter.pregnancy_codes)
    group by role
),
possible as (
    select
        patient_no, date_of_birth, history_end, year,
        day_between(make_date(year, 1, 1), make_date(year, 12, 31), draw(patient_no, concat('conception ', year))) as conceived
    from person
    cross join (select unnest(range(2008, year(getvariable('extract_date')) + 1)) as year)
    where sex = 'female' and make_date(year, 1, 1) between years_after(date_of_birth, 14) and least(history_end, years_after(date_of_birth, 45))
),
pregnancy as (
    select
        patient_no, history_end, year, conceived,
        draw(patient_no, concat('loss ', year)) < 0.16 as is_lost
    from (select *, age_on(date_of_birth, conceived) as age_then from possible) as possible
    asof join parameter.pregnancies on possible.age_then >= pregnancies.age_from
    -- not in two years running
    where draw(patient_no, concat('pregnant ', year)) < percent_per_year / 100
        and draw(patient_no, concat('pregnant ', year - 1)) >= percent_per_year / 100
),
ended as (
    select
        *,
        conceived + cast(if(is_lost, 55 + floor(60 * draw(patient_no, concat('end ', year))),
            255 + floor(25 * draw(patient_no, concat('end ', year)))) as integer) as end_date,
        unnest(range(if(is_lost, 1, 3))) as entry_no
    from pregnancy
),
entry as (
    select
        patient_no, history_end, year, entry_no, 'care' as role,
        -- booking, then two visits
        conceived + cast(
            40 + 85 * entry_no + floor(if(is_lost, 15, 40) * draw(patient_no, concat('visit ', year, entry_no))) as integer) as entry_date
    from ended
    union all
    -- a few never reach the record
    select patient_no, history_end, year, 9, if(is_lost, 'loss', 'birth'), end_date
    from ended
    where entry_no = 0 and draw(patient_no, concat('end entered ', year)) < 0.93
)
select
    patient_no, entry_date, pick(codes, draw(patient_no, concat('pregnancy code ', year, entry_no))),
    if(role = 'care' and entry_no = 0, 'New', null)
from entry
join code using (role)
where entry_date <= history_end;
