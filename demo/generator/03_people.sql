-- Who the people are: practice and home first, then age (deprived areas are younger), sex and ethnic group.

create temp table home as
with resident as (
    select n as patient_no, draw(n, 'practice') as u
    from range(1, getvariable('patients') + 1) as people(n)
),
registered as (
    select
        resident.patient_no,
        practice.*,
        case
            when draw(patient_no, 'district') < 0.88 then main_district
            when draw(patient_no, 'district') < 0.98 then second_district
        end as home_district,
        deprivation_position + 0.28 * normal(draw(patient_no, 'position')) as position,
        draw(patient_no, 'wales') < welsh_percent / 100 as lives_in_wales
    from resident
    asof join practice on resident.u >= practice.share_from
),
placed as (
    -- positions beyond either end are reflected back inside
    select * replace (least(greatest(if(position > 1, 2 - position, abs(position)), 0), 0.9999) as position)
    from registered
)
select
    placed.patient_no,
    placed.practice_no,
    placed.practice_code,
    lsoa_order.local_authority,
    if(lives_in_wales, 'W0199000' || cast(1 + floor(draw(patient_no, 'welsh area') * 9) as integer), lsoa_order.lsoa_code)
        as lsoa_code,
    if(lives_in_wales, null, lsoa_order.imd_quintile) as imd_quintile
from placed
left join district on district.local_authority = placed.home_district
join lsoa_order on lsoa_order.area_no = if(
    home_district is null,
    cast(floor(draw(patient_no, 'any area') * (select count(*) from lsoa)) as bigint),
    first_area_no + cast(floor(position * lsoas) as bigint)
);

create temp table age_share as
with weighted as (
    select
        imd_quintile,
        age_structure.*,
        per_thousand * by_deprivation(most_deprived_ratio, imd_quintile) as weight
    from parameter.age_structure
    cross join (select unnest(range(1, 6)) as imd_quintile)
)
select *, (sum(weight) over ages - weight) / sum(weight) over (partition by imd_quintile) as share_from
from weighted
window ages as (partition by imd_quintile order by age_from);

create temp table ethnic_share as
with weighted as (
    select
        local_authority,
        under_40,
        ethnic_category,
        broad_group,
        never_vaccinated_ratio,
        per_thousand * if(under_40, under_40_ratio, 2 - least(under_40_ratio, 1.6)) as weight
    from (unpivot parameter.ethnicity
        on "Herefordshire", "Malvern Hills", "Worcester", "Wychavon", "Wyre Forest", "Bromsgrove", "Redditch"
        into name local_authority value per_thousand)
    cross join (values (true), (false)) as young(under_40)
)
select
    *,
    (sum(weight) over categories - weight) / sum(weight) over (partition by local_authority, under_40) as share_from
from weighted
window categories as (partition by local_authority, under_40 order by ethnic_category);

create table person as
with aged as (
    select
        home.*,
        age_share.mean_tenure_years,
        age_share.died_percent,
        if(draw(patient_no, 'sex') * 100 < age_share.female_percent, 'female', 'male') as sex,
        -- the oldest band is long: more of its people are near its start
        getvariable('extract_date') - cast(floor(365.25 * (
            age_share.age_from
            + (age_share.age_to + 1 - age_share.age_from)
            * pow(draw(patient_no, 'age'), if(age_share.age_from = 90, 2.2, 1))
        )) as integer) as date_of_birth
    from (select *, coalesce(imd_quintile, 3) as age_quintile, draw(patient_no, 'age band') as u from home) as home
    asof join age_share on home.age_quintile = age_share.imd_quintile and home.u >= age_share.share_from
),
described as (
    select
        *,
        age_on(date_of_birth, getvariable('extract_date')) as age,
        draw(patient_no, 'ethnic category') as ethnic_draw,
        age_on(date_of_birth, getvariable('extract_date')) < 40 as under_40
    from aged
)
select
    described.* exclude (ethnic_draw, under_40, u, age_quintile, mean_tenure_years, died_percent),
    ethnic_category,
    broad_group,
    never_vaccinated_ratio,
    -- a few people registered in the last two days, after the usual as-of date
    if(draw(patient_no, 'just registered') < 0.002,
        greatest(date_of_birth, getvariable('extract_date') - cast(floor(draw(patient_no, 'tenure') * 2) as integer)),
        greatest(date_of_birth, getvariable('extract_date') - cast(floor(
            365.25 * least(60, -mean_tenure_years * ln(1 - draw(patient_no, 'tenure')))) as integer))
    ) as registration_start_date,
    if(draw(patient_no, 'death') * 100 < died_percent, getvariable('extract_date')
        - cast(floor(900 * pow(draw(patient_no, 'death date'), 1.5)) as integer), null) as possible_death,
    draw(patient_no, 'leaver') < 0.03 as may_leave
from described
asof join ethnic_share
    on described.local_authority = ethnic_share.local_authority
    and described.under_40 = ethnic_share.under_40
    and described.ethnic_draw >= ethnic_share.share_from;

-- The last day on which anything can be recorded: death, leaving, or the extract.
create or replace table person as
with ended as (
    select
        * exclude (possible_death, may_leave),
        if(possible_death > registration_start_date, possible_death, null) as date_of_death,
        if(may_leave and possible_death is null and registration_start_date < getvariable('extract_date') - 90,
            day_between(registration_start_date + 30, getvariable('extract_date') - 3, pow(draw(patient_no, 'leaving'), 0.4)),
            null) as leaving_date
    from person
)
select
    *,
    -- some practices do not close the registration of someone who died
    case
        when date_of_death is null then leaving_date
        when draw(patient_no, 'open registration') < 0.25 then null
        when date_of_death + 20 <= getvariable('extract_date')
            then date_of_death + 1 + cast(floor(draw(patient_no, 'deduction') * 19) as integer)
    end as registration_end_date,
    least(getvariable('extract_date'), date_of_death, leaving_date) as history_end,
    -- the bands of parameters/conditions.csv
    case
        when age < 18 then 0 when age < 30 then 18 when age < 80 then 10 * (age // 10) else 80
    end as condition_band
from ended;
