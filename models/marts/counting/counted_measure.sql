with
counted_set as (
    select
        measure,
        kind,
        set_number
    from {{ ref('counted_set') }}
    group by measure, kind, set_number
),

dim_measure as (
    select * from {{ ref('dim_measure') }}
    where is_current
)

select
    dim_measure.measure,
    dim_measure.measure_type,
    denominator.set_number as denominator_set,
    numerator.set_number as numerator_set,
    excluded.set_number as excluded_set
from dim_measure
inner join counted_set as denominator
    on
        denominator.kind = 'denominator'
        and case dim_measure.measure_type when 'cohort' then 'registered' else dim_measure.measure end
        = denominator.measure
inner join counted_set as numerator
    on
        dim_measure.measure = numerator.measure
        and numerator.kind = 'numerator'
left join counted_set as excluded
    on
        dim_measure.measure = excluded.measure
        and excluded.kind = 'excluded'
