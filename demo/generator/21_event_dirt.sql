-- Faulty events are added beside the good ones, in small known shares, so that no good record is lost by them.

create or replace temp table dirt_share as
select
    kind,
    (sum(per_100000) over (order by kind) - per_100000) / 100000 as share_from,
    sum(per_100000) over (order by kind) / 100000 as share_to
from parameter.dirt
where table_group = 'event';

create or replace table event_dirt as
with drawn as (
    select *, draw(concat(patient_no, event_date, snomed_code, value), 'dirt') as dirt_draw
    from event
),
chosen as (
    select
        drawn.* exclude (dirt_draw),
        kind,
        draw(concat(patient_no, event_date, snomed_code, value), 'how far') as u
    from (from drawn where dirt_draw < (select max(share_to) from dirt_share)) as drawn
    join dirt_share on dirt_draw >= share_from and dirt_draw < share_to
    where kind not in ('exact duplicate row', 'repeated event_id')
)
select
    patient_no,
    case kind
        when 'missing patient_id' then null
        when 'unknown patient' then 9000000 + patient_no % 1000000
        else patient_no
    end as written_patient_no,
    case kind
        when 'missing event_date' then null
        when 'after the extract date' then getvariable('extract_date') + 1 + cast(floor(400 * u) as integer)
        when 'before birth' then date_of_birth - 1 - cast(floor(1825 * u) as integer)
        else event_date
    end as event_date,
    if(kind = 'missing snomed_code', null, snomed_code) as snomed_code,
    value, unit, episodicity, kind
from chosen
join person using (patient_no);

-- Entries after a death: letters that arrive late are normal within a year, an error after that.
insert into event_dirt
select
    patient_no, patient_no,
    if(kind = 'within a year after death',
        day_between(date_of_death + 1, least(date_of_death + 364, getvariable('extract_date')), u),
        day_between(date_of_death + 370, getvariable('extract_date'), u)),
    snomed_code, value, unit, episodicity, kind
from (
    select event.*, date_of_death, draw(concat(patient_no, event_date, snomed_code, value), 'after death') as u
    from event
    join person using (patient_no)
    where date_of_death < getvariable('extract_date') - 5
)
join parameter.dirt on table_group = 'event of the dead'
    and draw(concat(patient_no, event_date, snomed_code, value), kind) < per_100000 / 100000
    and (kind = 'within a year after death' or date_of_death < getvariable('extract_date') - 375);
