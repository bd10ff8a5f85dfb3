{#- What is hidden although it is not small: what an exchange needs, and what is withheld. -#}
with
leg as (
    select * from {{ ref('disclosure_leg') }}
),

place as (
    select * from {{ ref('disclosure_place') }}
),

patients as (
    select * from {{ ref('disclosure_count') }}
),

dim_measure as (
    select * from {{ ref('dim_measure') }}
),

withheld as (
    select * from {{ ref('disclosure_withheld') }}
),

-- A search hides no denominator: that would hide the other searches with it.
for_exchange as (
    select
        case
            when leg.changed = 'both' and dim_measure.measure_type = 'indicator' then 'denominator'
            when leg.changed = 'both' then 'numerator'
            else leg.changed
        end as hidden,
        leg.name,
        place.area_type,
        place.area_code,
        place.dimension,
        place.dimension_group
    from leg
    inner join place
        on
            leg.unit = place.unit
            and leg.family = place.family
            and leg.finest_group = place.finest_group
            and leg.depth >= place.depth
            and leg.breadth >= place.breadth
    inner join patients
        on
            leg.changed = patients.changed
            and leg.name = patients.name
            and place.area_type = patients.area_type
            and place.area_code = patients.area_code
            and place.dimension = patients.dimension
            and place.dimension_group = patients.dimension_group
    left join dim_measure on leg.name = dim_measure.measure
    where
        case leg.direction when 'more' then patients.cost_of_one_more else patients.cost_of_one_fewer end > 0
)

{%- set columns = 'hidden, name, area_type, area_code, dimension, dimension_group' %}
select {{ columns }} from for_exchange
union
select {{ columns }} from withheld
