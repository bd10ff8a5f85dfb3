{#- The ways in which the counts of a measure may change by one patient. Searches share their denominator,
    everyone registered. -#}
with
dim_measure as (
    select * from {{ ref('dim_measure') }}
),

change as (
    {%- for changed in ['numerator', 'both'] %}
    select
        '{{ changed }}' as changed,
        measure as name,
        measure_type
    from dim_measure
    union all
    {%- endfor %}
    select
        'denominator' as changed,
        case measure_type when 'cohort' then 'registered' else measure end as name,
        measure_type
    from dim_measure
    group by case measure_type when 'cohort' then 'registered' else measure end, measure_type
    union all
    select
        'excluded' as changed,
        measure as name,
        measure_type
    from dim_measure
    where measure_type = 'indicator'
)

select
    changed,
    name,
    measure_type,
    row_number() over (order by changed, name) as change_number
from change
