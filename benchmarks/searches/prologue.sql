-- What ten hand-written searches share. The views patient, practice, condition, observation, vaccination and
-- medication are the files of the extract; the view codelist_file is the folder of codelists. Everything is
-- as of 31 October 2026.

create or replace temp table codelist as
select
    parse_filename(filename, true)[10:] as list,
    trim(code) as code,
    category,
    cast(implied_value as double) as implied_value,
    unit_of_code
from codelist_file;

-- The registered patients: alive, with an open registration at a known practice, the latest if there are
-- several; without those who opted out of secondary use or have a sensitive record.
create or replace temp table registered as
with usable as (
    select
        patient.patient_id,
        try_cast(date_of_birth as date) as date_of_birth,
        lower(sex) as sex,
        practice_code,
        try_cast(registration_start_date as date) as registration_start_date,
        try_cast(registration_end_date as date) as registration_end_date,
        min(try_cast(date_of_death as date)) over (partition by patient.patient_id) as date_of_death
    from patient
    where patient.practice_code in (select practice_code from practice)
)
select
    patient_id,
    date_of_birth,
    year(age(date '2026-10-31', date_of_birth)) as age,
    case
        when sex in ('1', 'm', 'male', 'man', 'boy') then 'male'
        when sex in ('2', 'f', 'female', 'woman', 'girl') then 'female'
    end as sex
from usable
where
    date_of_birth <= date '2026-10-31'
    and registration_start_date <= date '2026-10-31'
    and (registration_end_date is null or registration_end_date >= date '2026-10-31')
    and (date_of_death is null or date_of_death > date '2026-10-31')
    and patient_id not in (
        select patient_id from patient
        where patient_id is not null and (cast(type_1_opt_out as boolean) or cast(is_sensitive as boolean))
    )
qualify row_number() over (
    partition by patient_id order by registration_start_date desc, practice_code desc
) = 1;

-- The entries of some codelists up to the as-of date. An event_id that comes twice counts once, on its first
-- date.
create or replace temp macro condition_entries(lists) as table
select
    list,
    any_value(patient_id) as patient_id,
    any_value(category) as category,
    any_value(implied_value) as implied_value,
    any_value(episodicity) as episodicity,
    min(event_date) as event_date
from condition join codelist on snomed_code = code and list_contains(lists, list)
where event_date <= date '2026-10-31' and patient_id is not null
group by event_id, list;

create or replace temp macro observation_entries(lists) as table
select
    list,
    any_value(patient_id) as patient_id,
    any_value(implied_value) as implied_value,
    any_value(value) as value,
    any_value(lower(unit)) as unit,
    any_value(unit_of_code) as unit_of_code,
    min(event_date) as event_date
from observation join codelist on snomed_code = code and list_contains(lists, list)
where event_date <= date '2026-10-31' and patient_id is not null
group by event_id, list;

create or replace temp macro vaccination_entries(lists) as table
select list, any_value(patient_id) as patient_id, min(event_date) as event_date
from vaccination join codelist on snomed_code = code and list_contains(lists, list)
where event_date <= date '2026-10-31' and patient_id is not null
group by event_id, list;

create or replace temp macro medication_entries(lists) as table
select list, any_value(patient_id) as patient_id, min(event_date) as event_date
from medication join codelist on snomed_code = code and list_contains(lists, list)
where event_date <= date '2026-10-31' and patient_id is not null
group by event_id, list;

-- Who has a condition that nothing resolved on the day of the last diagnosis or later.
create or replace temp macro active_condition(diagnosis, resolved) as table
select patient_id
from condition_entries([diagnosis, resolved])
group by patient_id
having max(event_date) filter (list = diagnosis)
    > coalesce(max(event_date) filter (list = resolved), date '1000-01-01');
