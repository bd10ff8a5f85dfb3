with
measure_of_date as (
    select
        as_of_date,
        cohort as measure,
        'cohort' as measure_type,
        polarity,
        title
    from {{ ref('dim_cohort') }}
    union all
    select
        as_of_date,
        indicator as measure,
        'indicator' as measure_type,
        polarity,
        title
    from {{ ref('dim_indicator') }}
),

-- What a measure is on the as-of date; of one that has been retired, what it was on the last date that it was built for.
described as (
    select
        *,
        as_of_date = {{ as_of_date() }} as is_current,
        row_number() over (
            partition by measure
            order by case when as_of_date = {{ as_of_date() }} then 0 else 1 end, as_of_date desc
        ) as recency
    from measure_of_date
)

select
    measure,
    measure_type,
    polarity,
    title,
    is_current
from described
where recency = 1
