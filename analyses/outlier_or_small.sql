-- Is a practice an outlier in raised blood pressure without a diagnosis, or just small? Outside the funnel's
-- limits it differs from the ICB by more than its size explains; outside those with overdispersion, by more
-- than practices usually do.
-- dbt show --select outlier_or_small --limit 90
with
funnel as (
    select * from {{ ref('funnel_limits') }}
    where
        as_of_date = {{ as_of_date() }}
        and measure = 'cohort_raised_blood_pressure_without_hypertension'
        and area_type = 'practice'
),

practice as (
    select * from {{ ref('dim_practice') }}
    where as_of_date = {{ as_of_date() }}
)

select
    practice.practice_name,
    funnel.denominator as patients,
    round(100 * funnel.proportion, 1) as percent,
    funnel.funnel_position,
    funnel.overdispersed_funnel_position,
    round(100 * funnel.target, 1) as icb_percent,
    round(100 * funnel.lower_99_8, 1) as lower_limit,
    round(100 * funnel.upper_99_8, 1) as upper_limit
from funnel
inner join practice on funnel.area_code = practice.practice_code
order by abs(funnel.proportion - funnel.target) desc, practice.practice_name asc
