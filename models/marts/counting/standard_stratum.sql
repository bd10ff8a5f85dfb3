with
counted_group as (
    select * from {{ ref('counted_group') }}
),

standard_population as (
    select * from {{ ref('ref_standard_population') }}
)

select
    counted_group.group_number,
    age_band.group_number as age_band_number,
    sex.group_number as sex_number,
    standard_population.weight
from counted_group
cross join counted_group as age_band
cross join counted_group as sex
inner join standard_population on age_band.dimension_group = standard_population.age_band
where
    age_band.dimension = 'age_band'
    and sex.dimension = 'sex'
    and (counted_group.dimension != 'age_band' or counted_group.group_number = age_band.group_number)
    and case
        when counted_group.dimension = 'sex' then counted_group.group_number = sex.group_number
        else sex.dimension_group in ('female', 'male')
    end
