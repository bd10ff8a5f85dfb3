-- The number of an event is its patient's number and its place in the patient's record, so it does not depend on how many people there are.

create or replace table event_file as
with everything as (
    select patient_no, patient_no as written_patient_no, event_date, snomed_code, value, unit, episodicity
    from event
    union all
    select * exclude (kind) from event_dirt
)
select
    cast(patient_no as bigint) * 1000
        + row_number() over (
            partition by patient_no order by event_date, snomed_code, value, written_patient_no, unit, episodicity
        ) as event_no,
    * exclude (patient_no)
from everything;

insert into event_file
with chosen as (
    select *, draw(event_no, 'copied') as u
    from event_file
    where written_patient_no < 9000000 and event_date is not null
),
share as (
    select
        max(per_100000) filter (kind = 'exact duplicate row') / 100000 as duplicate_share,
        max(per_100000) filter (kind = 'repeated event_id') / 100000 as repeated_share
    from parameter.dirt
    where table_group = 'event'
)
select
    event_no, written_patient_no,
    if(u < duplicate_share, event_date, event_date - 37),
    snomed_code, value, unit, episodicity
from chosen, share
where u < duplicate_share + repeated_share;
