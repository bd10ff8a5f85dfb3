{#- How far an exchange may show, and in which areas its partner then lies so that it shows no further: side
    by side, and a practice of another place in another network too. -#}
with
area as (
    select * from {{ ref('disclosure_area') }}
),

practice as (
    select * from {{ ref('disclosure_practice') }}
),

straddling as (
    select area.unit_number
    from area
    inner join practice on area.area_code = practice.practice_code
    where
        area.depth = 1
        and not practice.is_pcn_in_one_place
),

-- The next wider area; of a practice its network with the place.
widened as (
    select
        area.unit_number,
        area.unit_depth,
        area.depth,
        area.area_number,
        wider.area_number as wider_number,
        case area.depth when 1 then widest.area_number end as widest_number
    from area
    left join area as wider
        on
            area.unit_number = wider.unit_number
            and area.depth + 1 = wider.depth
    left join area as widest
        on
            area.unit_number = widest.unit_number
            and area.depth + 2 = widest.depth
    left join straddling on area.unit_number = straddling.unit_number
    where not (area.depth = 3 and straddling.unit_number is not null)
)

select
    unit_number,
    unit_depth,
    depth,
    area_number,
    case
        when wider_number is not null
            then dense_rank() over (order by depth, wider_number, widest_number)
    end as wider_area_number
from widened
