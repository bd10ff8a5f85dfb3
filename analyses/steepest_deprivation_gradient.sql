-- Which primary care network has the steepest deprivation gradient in patients who are eligible for the
-- COVID-19 vaccination and not vaccinated? The slope index, in percentage points from the most to the least
-- deprived end of the network, is below 0 where more of the deprived are unvaccinated. Read it with its
-- interval.
-- dbt show --select steepest_deprivation_gradient --limit 20
with
gap as (
    select * from {{ ref('inequality_gaps') }}
    where
        as_of_date = {{ as_of_date() }}
        and measure = 'cohort_covid_19_eligible_not_vaccinated'
        and area_type = 'pcn'
),

network as (
    select distinct
        pcn_code,
        pcn_name
    from {{ ref('dim_practice') }}
    where as_of_date = {{ as_of_date() }}
)

select
    network.pcn_name,
    round(100 * gap.slope_index, 1) as slope_points,
    round(100 * gap.slope_index_lower, 1) as slope_lower,
    round(100 * gap.slope_index_upper, 1) as slope_upper,
    round(100 * gap.most_deprived, 1) as most_deprived,
    round(100 * gap.least_deprived, 1) as least_deprived,
    gap.lack_of_fit as is_not_a_line
from gap
inner join network on gap.area_code = network.pcn_code
where gap.slope_index is not null
order by slope_points asc, network.pcn_name asc
