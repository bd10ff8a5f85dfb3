-- How does a measure develop from month to month? Every as-of date that was built is a point of the line:
-- build each month's last day (dbt build --vars '{as_of_date: 2026-09-30}'), in any order. Another measure,
-- area or dimension: change the three lines.
-- dbt show --select trend_by_month --limit 40
with
metric as (
    select * from {{ ref('inequality_metrics') }}
    where
        measure = 'cohort_raised_blood_pressure_without_hypertension'
        and area_type = 'icb'
        and dimension = 'core20'
)

select
    as_of_date,
    dimension_group,
    denominator as patients,
    numerator as patients_found,
    round(100 * proportion, 1) as percent,
    round(100 * proportion_lower, 1) as percent_lower,
    round(100 * proportion_upper, 1) as percent_upper
from metric
order by dimension_group, as_of_date
