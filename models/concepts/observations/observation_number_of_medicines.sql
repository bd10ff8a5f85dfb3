with
issue as (
    select * from {{ ref('stg_medication') }}
    where
        event_date <= {{ as_of_date() }}
        and event_date > {{ date_literal(window_start('a concept', '3 months')) }}
)

select
    patient_number,
    min(event_date) as first_date,
    max(event_date) as latest_date,
    array_sort(array_agg(distinct event_date)) as event_dates,
    'Different medicines issued in 3 months' as latest_term,
    count(distinct code_number) as latest_value,
    max(event_date) as latest_value_date,
    'Different medicines issued in 3 months' as latest_value_term
from issue
group by patient_number
