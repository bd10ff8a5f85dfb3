-- The vaccination file: COVID-19 by campaign, influenza by season, and a few routine vaccines.

create or replace table event (
    patient_no integer, event_date date, snomed_code varchar, value double, unit varchar, episodicity varchar
);

-- Those who take one booster tend to take the next: most of the choice is the person's, the rest is the campaign's.
create temp table covid_dose as
with code as (
    select dose,
        list(snomed_code order by snomed_code) filter (role = 'procedure') as procedure_codes,
        list(snomed_code order by snomed_code) filter (role = 'product') as product_codes
    from (select *, unnest(range(weight)) from parameter.covid_codes)
    group by dose
),
offered as (
    select
        patient_no, history_end, campaign, procedure_codes, product_codes,
        day_between(starts, ends, pow(draw(patient_no, concat('day of ', campaign)), 1.4)) as dose_date
    from person
    join covid_choice using (patient_no)
    join parameter.covid_campaigns
        on (starts - date_of_birth) >= age_from * 365.25 and (starts - date_of_birth) < (age_to + 1) * 365.25
    join code using (dose)
    where not never_vaccinated
        and if(draw(patient_no, concat('habit ', campaign)) < 0.7,
            draw(patient_no, 'booster habit'), draw(patient_no, campaign))
            < percent / 100 * by_deprivation(deprivation_ratio, imd_quintile)
)
select *, draw(patient_no, concat('recording ', campaign)) as recording_draw
from offered
where dose_date <= history_end;

-- Most doses are one procedure code; some only the product, some both on one day from two feeds.
insert into event (patient_no, event_date, snomed_code)
select patient_no, dose_date, pick(procedure_codes, draw(patient_no, concat('code ', campaign)))
from covid_dose
where recording_draw >= 0.05
union all
select patient_no, dose_date, pick(product_codes, draw(patient_no, concat('code ', campaign)))
from covid_dose
where recording_draw < 0.17;

drop table covid_dose;

-- Influenza: the best offer at each age in each season, one row per season, age and risk.
create temp table influenza_offer as
with code as (
    select code_group, list(snomed_code order by snomed_code) as codes
    from (select *, unnest(range(weight)) from parameter.influenza_codes)
    group by code_group
)
select season, age, at_risk, percent, deprivation_ratio, codes
from (select unnest(range(2011, year(getvariable('extract_date')) + 1)) as season)
cross join (select unnest(range(0, 121)) as age)
cross join (values (true), (false)) as risk(at_risk)
join parameter.influenza_groups
    on age between age_from and age_to and season between first_season and last_season
    and (at_risk or not at_risk_only)
join code using (code_group)
qualify row_number() over (partition by season, age, at_risk order by percent desc, group_name) = 1;

insert into event (patient_no, event_date, snomed_code)
with risk as (
    select patient_no, min(onset_date) as at_risk_from
    from condition_case
    where flu_at_risk
    group by patient_no
),
eligible as (
    select
        person.patient_no, imd_quintile, never_vaccinated_ratio, history_end, date_of_birth, season,
        cast(floor((make_date(season, 11, 1) - date_of_birth) / 365.25) as bigint) as age,
        coalesce(at_risk_from < make_date(season, 9, 1), false) as at_risk
    from person
    left join risk using (patient_no)
    join (select distinct season from influenza_offer)
        on make_date(season, 11, 1) > date_of_birth and make_date(season, 8, 31) <= history_end
),
taken as (
    select
        *,
        make_date(season, 9, 1) + case
            -- a few clinics open on the last day of August, before the season counts
            when draw(patient_no, concat('August ', season)) < 0.006 then -1
            else cast(floor(115 * pow(draw(patient_no, concat('flu day ', season)), 1.3)) as integer)
        end as dose_date
    from eligible
    join influenza_offer using (season, age, at_risk)
    where 1 - if(draw(patient_no, concat('flu habit ', season)) < 0.7,
            draw(patient_no, 'vaccine'), draw(patient_no, concat('flu ', season)))
        < percent / 100 * by_deprivation(deprivation_ratio, imd_quintile) / sqrt(never_vaccinated_ratio)
)
select patient_no, dose_date, pick(codes, draw(patient_no, concat('flu code ', season)))
from taken
where dose_date <= history_end and dose_date >= date_of_birth;

insert into event (patient_no, event_date, snomed_code)
with due as (
    select
        patient_no, history_end, snomed_code,
        greatest(offered_from, date_of_birth + cast(due_age_months * 30.4375 as integer))
            + cast(floor(spread_months * 30.4 * pow(draw(patient_no, concat('day ', vaccine)), 2)) as integer) as dose_date
    from person
    join parameter.routine_vaccinations
        -- offered to people who reach the age, or had lately reached it, when the programme began
        on date_of_birth + cast(due_age_months * 30.4375 as integer) > years_after(offered_from, -catch_up_years)
    where draw(patient_no, vaccine) < percent / 100 * by_deprivation(deprivation_ratio, imd_quintile)
)
select patient_no, dose_date, snomed_code
from due
where dose_date <= history_end;
