-- The patient file: one row per registration, in the notations that practices use, with a few broken rows.

create temp table notation_share as
select
    sex, notation,
    (sum(weight) over notations - weight) / sum(weight) over (partition by sex) as share_from
from parameter.sex_notation
window notations as (partition by sex order by weight desc, notation);

create temp table recording_share as
select recorded_as, (sum(percent) over recordings - percent) / 100 as share_from
from parameter.ethnicity_recording
window recordings as (order by percent desc, recorded_as);

-- Each kind of broken row takes its own slice of one draw, so no row is broken twice.
create temp table patient_dirt as
select
    kind,
    (sum(per_100000) over (order by kind) - per_100000) / 100000 as share_from,
    sum(per_100000) over (order by kind) / 100000 as share_to
from parameter.dirt
where table_group = 'patient' and kind <> 'missing LSOA';

create temp table registration as
with other_practice as (
    select
        person.patient_no,
        practice.practice_code
    from person
    join practice on practice.practice_no
        = (person.practice_no + 1 + cast(floor(draw(patient_no, 'other practice') * 82) as integer)) % 83
)
select patient_no, practice_code, registration_start_date, registration_end_date, 1 as row_no
from person
union all
-- people who moved: an ended registration before the present one
select
    patient_no, other_practice.practice_code,
    day_between(date_of_birth, registration_start_date - 60, draw(patient_no, 'earlier start')),
    registration_start_date - cast(floor(draw(patient_no, 'gap') * 20) as integer),
    2
from person
join other_practice using (patient_no)
where draw(patient_no, 'moved') < 0.025 and registration_start_date > date_of_birth + 60
union all
-- two open registrations: the earlier practice was never told
select
    patient_no, other_practice.practice_code,
    day_between(registration_start_date + 1, getvariable('extract_date') - 5, draw(patient_no, 'second start')),
    null,
    3
from person
join other_practice using (patient_no)
where draw(patient_no, 'two registrations') < 0.003
    and registration_end_date is null and date_of_death is null
    and registration_start_date < getvariable('extract_date') - 30;

create temp table patient_row as
with described as (
    select
        patient_no,
        row_no,
        'SYN' || lpad(cast(patient_no as varchar), 7, '0') as patient_id,
        cast(date_of_birth as varchar) as date_of_birth,
        notation as sex,
        if(recorded_as = 'as_stated', ethnic_category, recorded_as) as ethnic_category,
        if(draw(patient_no, 'missing LSOA') < (select per_100000 / 100000 from parameter.dirt where kind = 'missing LSOA'),
            null, lsoa_code) as lsoa_code,
        registration.practice_code,
        cast(registration.registration_start_date as varchar) as registration_start_date,
        registration.registration_end_date,
        date_of_death,
        draw(patient_no, 'type 1') as type_1_draw,
        draw(patient_no, 'national') as national_draw,
        draw(patient_no, 'sensitive') as sensitive_draw,
        draw(patient_no, 'patient dirt') as dirt_draw
    from (
        select *, draw(patient_no, 'notation') as notation_draw, draw(patient_no, 'recording') as recording_draw
        from person
    ) as person
    join registration using (patient_no)
    asof join notation_share on person.sex = notation_share.sex and notation_draw >= notation_share.share_from
    asof join recording_share on recording_draw >= recording_share.share_from
)
select
    described.* exclude (type_1_draw, national_draw, sensitive_draw, dirt_draw),
    -- a flag that was never touched is empty, not false
    case when type_1_draw < 0.03 then 'true' when type_1_draw < 0.5 then 'false' end as type_1_opt_out,
    case when national_draw < 0.05 then 'true' when national_draw < 0.5 then 'false' end as national_data_opt_out,
    case when sensitive_draw < 0.002 then 'true' when sensitive_draw < 0.3 then 'false' end as is_sensitive,
    if(row_no = 1, kind, null) as dirt
from described
left join patient_dirt on dirt_draw >= share_from and dirt_draw < share_to;

create table patient_file as
with broken as (
    select * replace (
        if(dirt = 'missing patient_id', null, patient_id) as patient_id,
        case
            when dirt = 'missing date of birth' then null
            when dirt = 'unparseable date of birth'
                then pick(['31/02/1980', '1975-13-01', '00/00/1962', 'unknown', '1990-02-30'], draw(patient_no, 'bad date'))
            else date_of_birth
        end as date_of_birth,
        if(dirt = 'unparseable registration date', 'not known', registration_start_date) as registration_start_date,
        case
            when dirt = 'unknown practice' then 'Z99999'
            when dirt = 'missing practice' then null
            else practice_code
        end as practice_code
    )
    from patient_row
)
select * from broken
union all
select * from broken where dirt = 'exact duplicate row';
