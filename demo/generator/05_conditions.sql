-- Who has which long-term condition, since when, and whether it was resolved: conditions are rows of a table, not code.

create temp table condition_risk as
select * replace (cast(replace(condition_band, 'age_', '') as integer) as condition_band)
from (unpivot parameter.conditions on columns('^age_') into name condition_band value percent)
where percent > 0;

create temp table condition_code as
select
    condition,
    list(snomed_code order by snomed_code) as diagnosis_codes
from (select *, unnest(range(weight)) from parameter.condition_codes)
where role = 'diagnosis'
group by condition;

-- What resolves a condition; of some conditions it depends on the diagnosis, after_code.
create temp table resolved_code as
select condition, after_code, list(snomed_code order by snomed_code) as resolved_codes
from (select *, unnest(range(weight)) from parameter.condition_codes)
where role = 'resolved'
group by condition, after_code;

-- Conditions of one factor share part of their draw, so that they meet in the same people
-- while each keeps its own prevalence.
create temp table condition_person as
select
    patient_no, condition, date_of_birth, history_end,
    entries_per_year, resolved_percent, rediagnosed_percent, flu_at_risk, raises_check_rate, bmi_shift,
    least(greatest(
        years_after(date_of_birth, onset_age_from),
        date '2000-01-01',
        -- within_years: nobody lives with it for longer
        years_after(history_end, -within_years)
    ), history_end) as earliest,
    years_after(date_of_birth, onset_age_to + 1) as usual_latest
from person
join condition_risk using (condition_band)
where
    case
        when factor_weight > 0 and draw(patient_no, concat(condition, ' shares')) < factor_weight then draw(patient_no, factor)
        else draw(patient_no, condition)
    end < percent / 100
        * if(sex = 'female', 2 * female_ratio, 2) / (1 + female_ratio)
        * by_deprivation(deprivation_ratio, imd_quintile)
        * case broad_group when 'asian' then asian_ratio when 'black' then black_ratio else 1 end
    and years_after(date_of_birth, onset_age_from) < history_end;

create table condition_case as
with started as (
    select
        * exclude (earliest, usual_latest),
        -- a lifelong condition that began before computers is entered in their first years
        day_between(
            earliest,
            greatest(earliest, least(history_end, greatest(usual_latest, earliest + 6 * 365))),
            pow(draw(patient_no, concat(condition, ' onset')), 0.8)
        ) as onset_date,
        draw(patient_no, concat(condition, ' resolved')) as resolved_draw,
        draw(patient_no, concat(condition, ' resolution')) as resolution_draw
    from condition_person
),
resolved as (
    select
        *,
        case
            when resolved_draw >= resolved_percent / 100 then null
            -- a few are diagnosed and resolved on one day
            when resolution_draw < 0.06 then onset_date
            else day_between(least(onset_date + 60, history_end), history_end, resolution_draw)
        end as resolved_date
    from started
)
select
    * exclude (resolved_draw, resolution_draw),
    if(draw(patient_no, concat(condition, ' again')) < rediagnosed_percent / 100 and resolved_date < history_end - 60,
        day_between(resolved_date + 30, history_end, draw(patient_no, concat(condition, ' return'))),
        null) as rediagnosed_date
from resolved;
