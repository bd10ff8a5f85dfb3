-- Practices are real and in the published networks; small areas are invented, with a plausible deprivation in each district.

create table practice as
select
    *,
    row_number() over (order by practice_code) - 1 as practice_no,
    (sum(relative_list_size) over (order by practice_code) - relative_list_size)
        / sum(relative_list_size) over () as share_from
from parameter.practices;

-- The order of codes is by md5, not by draw(): the map stays the same whatever the seed.
create table lsoa as
with area as (
    select local_authority, imd_decile, unnest(range(lsoas)) as area_no, rural_lsoas
    from parameter.district_deciles
),
ranked as (
    select
        local_authority,
        imd_decile,
        if(area_no < rural_lsoas, 'rural', 'urban') as rural_urban,
        md5(concat(local_authority, imd_decile, '/', area_no)) as shuffle,
        row_number() over (
            partition by imd_decile order by md5(concat(local_authority, imd_decile, '-', area_no))
        ) as place_in_decile,
        count(*) over (partition by imd_decile) as areas_in_decile
    from area
)
select
    'E0199' || lpad(cast(row_number() over (order by local_authority, shuffle) as varchar), 4, '0') as lsoa_code,
    imd_decile,
    -- 33,755 areas in England, a tenth of them in each decile
    1 + cast(floor((imd_decile - 1) * 3375.5 + (place_in_decile - 0.5) * 3375.5 / areas_in_decile) as integer) as imd_rank,
    rural_urban,
    local_authority
from ranked;

-- Areas in order of deprivation inside each district: practices choose their patients around a place in this order.
create table lsoa_order as
select
    *,
    cast(ceil(imd_decile / 2) as integer) as imd_quintile,
    row_number() over (order by local_authority, imd_rank) - 1 as area_no
from lsoa;

create table district as
select local_authority, min(area_no) as first_area_no, count(*) as lsoas
from lsoa_order
group by local_authority;
