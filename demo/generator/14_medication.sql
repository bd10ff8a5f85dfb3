-- The medication file: courses that follow a diagnosis, issued month by month or quarter by quarter.

create or replace table event (
    patient_no integer, event_date date, snomed_code varchar, value double, unit varchar, episodicity varchar
);

insert into event (patient_no, event_date, snomed_code)
with code as (
    select drug_group, list(snomed_code order by snomed_code) as codes
    from (select *, unnest(range(weight)) from parameter.drug_codes)
    group by drug_group
),
course as (
    select
        *,
        concat(drug_group, ' for ', condition) as course_name,
        cast(365.25 * least(longest_years, 0.15 - mean_course_years
            * ln(1 - draw(patient_no, concat('course of ', drug_group, condition)))) as integer) as course_days,
        draw(patient_no, concat('ongoing ', drug_group, condition)) < percent_ongoing / 100
            and resolved_date is null as is_ongoing
    from condition_case
    join parameter.drug_groups using (condition)
    where draw(patient_no, concat('takes ', drug_group, condition)) < percent_of_cases / 100
    -- one_course: of several conditions that ask for it, the first gives it
    qualify not one_course or row_number() over (partition by patient_no, drug_group order by onset_date, condition) = 1
),
dated as (
    select
        *,
        if(is_ongoing,
            greatest(onset_date, history_end - course_days),
            onset_date + cast(floor(90 * draw(patient_no, concat('start ', course_name))) as integer)) as first_issue
    from course
),
issue as (
    select
        *,
        unnest(range(cast(greatest(0,
            if(is_ongoing, history_end, least(history_end, first_issue + course_days)) - first_issue
        ) // issue_every_days + 1 as bigint))) as issue_no
    from dated
)
select
    patient_no,
    first_issue + cast(issue_no * issue_every_days + floor(9 * draw(patient_no, concat(course_name, issue_no))) as integer)
        as issue_date,
    pick(codes, draw(patient_no, concat('drug ', drug_group)))
from issue
join code using (drug_group)
where first_issue + cast(issue_no * issue_every_days + floor(9 * draw(patient_no, concat(course_name, issue_no))) as integer)
    <= history_end;
