-- An extract that is not accepted has no patients: depends_on: {{ ref('extract_history') }}
with
current_registration as (
    select
        *,
        {{ age_in_years('date_of_birth', 'as_of_date') }} as age
    from {{ ref('current_registration') }}
),

practice as (
    select * from {{ ref('stg_practice') }}
),

lsoa as (
    select * from {{ ref('stg_lsoa') }}
),

ethnic_category as (
    select * from {{ ref('ref_ethnic_category') }}
),

age_band as (
    select * from {{ ref('ref_age_band') }}
)

select
    current_registration.patient_number,
    current_registration.patient_id,
    current_registration.as_of_date,
    current_registration.date_of_birth,
    current_registration.age,
    age_band.age_band,
    current_registration.sex,
    current_registration.ethnic_category,
    coalesce(ethnic_category.ethnic_group, 'unknown') as ethnic_group,
    current_registration.lsoa_code,
    lsoa.imd_decile,
    -- Deciles 1 and 2 are quintile 1, and so on.
    cast(floor((lsoa.imd_decile + 1) / 2) as {{ dbt.type_int() }}) as imd_quintile,
    lsoa.imd_decile <= 2 as is_core20,
    coalesce(lsoa.rural_urban, 'unknown') as rural_urban,
    current_registration.practice_code,
    practice.pcn_code,
    practice.place
from current_registration
inner join practice on current_registration.practice_code = practice.practice_code
left join age_band
    on
        current_registration.age >= age_band.lowest_age
        and (current_registration.age <= age_band.highest_age or age_band.highest_age is null)
left join lsoa on current_registration.lsoa_code = lsoa.lsoa_code
left join ethnic_category
    on current_registration.ethnic_category = ethnic_category.ethnic_category
