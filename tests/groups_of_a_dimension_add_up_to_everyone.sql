-- For every measure and area the groups of each dimension hold everyone of it once.
with
counted as (
    select * from {{ ref('inequality_counts_by_group') }}
),

summed as (
    select
        as_of_date,
        measure,
        area_type,
        area_code,
        dimension,
        sum(denominator) as denominator,
        sum(numerator) as numerator,
        sum(published_denominator) as published_denominator,
        sum(published_numerator) as published_numerator
    from counted
    group by as_of_date, measure, area_type, area_code, dimension
)

select summed.*
from summed
inner join counted as everyone
    on
        summed.as_of_date = everyone.as_of_date
        and summed.measure = everyone.measure
        and summed.area_type = everyone.area_type
        and summed.area_code = everyone.area_code
        and everyone.dimension = 'all'
where
    summed.denominator != everyone.denominator
    or summed.numerator != everyone.numerator
    or summed.published_denominator != everyone.published_denominator
    or summed.published_numerator != everyone.published_numerator
