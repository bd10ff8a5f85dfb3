-- For every measure and group the practices hold as many as the networks, the places and the ICB.
with
summed as (
    select
        as_of_date,
        measure,
        dimension,
        dimension_group,
        area_type,
        sum(denominator) as denominator,
        sum(numerator) as numerator,
        sum(published_denominator) as published_denominator,
        sum(published_numerator) as published_numerator
    from {{ ref('inequality_counts_by_group') }}
    group by as_of_date, measure, dimension, dimension_group, area_type
)

select
    as_of_date,
    measure,
    dimension,
    dimension_group
from summed
group by as_of_date, measure, dimension, dimension_group
having
    count(*) != 4
    or min(denominator) != max(denominator)
    or min(numerator) != max(numerator)
    or min(published_denominator) != max(published_denominator)
    or min(published_numerator) != max(published_numerator)
