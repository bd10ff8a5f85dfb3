-- Checks that come round: screening, reviews of people with a condition, and what goes with them.

create temp table check_code as
select check_name, list(snomed_code order by snomed_code) as codes
from (select *, unnest(range(weight)) from parameter.check_codes)
group by check_name;

-- Those who come, come every so often; those who do not came once, lapsed_percent of them, and not since.
create temp table regular_check as
with since as (
    select patient_no, condition, min(onset_date) as onset_date
    from condition_case
    group by patient_no, condition
),
invited as (
    select
        person.patient_no, check_name, imd_quintile, history_end, percent, deprivation_ratio, every_years, entries, recency, lapsed_percent,
        greatest(years_after(date_of_birth, age_from), starts, since.onset_date) as first_day,
        least(history_end, years_after(date_of_birth, age_to + 1) - 1, ended.onset_date) as last_day
    from person
    join parameter.regular_checks on regular_checks.sex is null or regular_checks.sex = person.sex
    left join since on since.patient_no = person.patient_no and since.condition = regular_checks.condition
    left join since as ended on ended.patient_no = person.patient_no and ended.condition = not_after
    where regular_checks.condition is null or since.patient_no is not null
    -- invited for several reasons, for the most pressing one
    qualify row_number() over (partition by person.patient_no, check_name order by percent desc, first_day) = 1
),
attending as (
    select
        *,
        draw(patient_no, check_name) < percent / 100 * by_deprivation(deprivation_ratio, imd_quintile) as attends,
        draw(patient_no, concat('lapsed ', check_name)) < lapsed_percent / 100 as came_once,
        unnest(range(entries)) as entry_no
    from invited
    where first_day < last_day
),
dated as (
    select
        *,
        years_after(history_end, -every_years * (
            entry_no
            + if(attends,
                pow(draw(patient_no, concat('last ', check_name)), recency),
                1.2 + 2.5 * draw(patient_no, concat('last ', check_name)))
            + if(entry_no > 0, 0.15 * draw(patient_no, concat(check_name, ' #', entry_no)), 0)
        )) as check_date
    from attending
    where attends or came_once
)
select patient_no, check_name, entry_no, check_date
from dated
where check_date between first_day and last_day;

-- What is done at a check, or near it: on the day, after it, by mistake before it. Registering counts as a check.
create temp table followup as
with followed as (
    select * from regular_check
    union all
    select patient_no, 'registration', 0, registration_start_date
    from person
    where registration_start_date >= date '2004-01-01'
),
drawn as (
    select
        followed.patient_no, check_followups.check_name, entry_no, percent_from, percent_to,
        draw(patient_no, concat(check_followups.check_name, ' ', entry_no)) * 100 as percent_drawn,
        day_between(
            check_date + cast(days_from as integer), check_date + cast(days_to as integer),
            draw(patient_no, concat('day of ', check_followups.check_name, ' ', entry_no))
        ) as done_on
    from followed
    join parameter.check_followups on follows = followed.check_name
)
select patient_no, check_name, entry_no, done_on
from drawn
join person using (patient_no)
where percent_drawn >= percent_from and percent_drawn < percent_to and done_on between date_of_birth and history_end;

insert into event (patient_no, event_date, snomed_code)
select patient_no, check_date, pick(codes, draw(patient_no, concat('code of ', check_name, ' ', entry_no)))
from (
    select * from regular_check
    union all
    select * from followup
)
join check_code using (check_name);

drop table regular_check;
drop table followup;
drop table check_code;
