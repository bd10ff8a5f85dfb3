{#- Of the secrets in a withheld table, those that the margins of the table still tell: no patient could
    change place with one of another group in an area beside it. A margin that is a secret keeps this one. -#}
with
choice as (
    select * from {{ ref('disclosure_choice') }}
    where
        not is_exchanged
        and wider_area_code is not null
),

secret as (
    select
        secret,
        name,
        area_type,
        area_code,
        dimension,
        dimension_group
    from {{ ref('disclosure_secret') }}
    group by secret, name, area_type, area_code, dimension, dimension_group
),

neighbourhood as (
    select * from {{ ref('disclosure_neighbourhood') }}
),

withheld_table as (
    select
        case when secret = 'complement' then 'numerator' else secret end as counted,
        name,
        area_type,
        wider_area_type,
        wider_area_code,
        dimension
    from choice
    group by
        case when secret = 'complement' then 'numerator' else secret end,
        name, area_type, wider_area_type, wider_area_code, dimension
),

-- Areas side by side, with every group of a dimension.
block as (
    select
        *,
        row_number() over (
            order by counted, name, area_type, wider_area_type, wider_area_code, dimension
        ) as block_number
    from withheld_table
),

-- Patients who could leave a count, and those who could join it: the others of the denominator, or anybody.
every_count as (
    select
        'numerator' as counted,
        measure as name,
        area_type,
        area_code,
        dimension,
        dimension_group,
        published_numerator as may_leave,
        published_denominator - published_numerator as may_join
    from {{ ref('inequality_counts_by_group') }}
    where as_of_date = {{ as_of_date() }}
    union all
    select
        changed as counted,
        name,
        area_type,
        area_code,
        dimension,
        dimension_group,
        patients as may_leave,
        1 as may_join
    from {{ ref('disclosure_count') }}
    where changed in ('denominator', 'excluded')
),

counted as (
    select
        block.block_number,
        every_count.area_code,
        every_count.dimension_group,
        every_count.may_leave,
        every_count.may_join
    from every_count
    inner join neighbourhood
        on
            every_count.area_type = neighbourhood.area_type
            and every_count.area_code = neighbourhood.area_code
    inner join block
        on
            every_count.counted = block.counted
            and every_count.name = block.name
            and every_count.area_type = block.area_type
            and every_count.dimension = block.dimension
            and neighbourhood.wider_area_type = block.wider_area_type
            and neighbourhood.wider_area_code = block.wider_area_code
),

asked as (
    select
        choice.secret,
        choice.name,
        choice.area_type,
        choice.area_code,
        choice.dimension,
        choice.dimension_group,
        block.block_number
    from choice
    inner join block
        on
            case when choice.secret = 'complement' then 'numerator' else choice.secret end = block.counted
            and choice.name = block.name
            and choice.area_type = block.area_type
            and choice.dimension = block.dimension
            and choice.wider_area_type = block.wider_area_type
            and choice.wider_area_code = block.wider_area_code
),

-- Both groups in both areas; of a total there is one group, everyone, and the other is nobody.
square as (
    select
        asked.*,
        own.may_leave as own_may_leave,
        own.may_join as own_may_join,
        other.may_leave as other_may_leave,
        other.may_join as other_may_join,
        coalesce(own_group.may_leave, 1) as own_group_may_leave,
        coalesce(own_group.may_join, 1) as own_group_may_join,
        coalesce(other_group.may_leave, 1) as other_group_may_leave,
        coalesce(other_group.may_join, 1) as other_group_may_join
    from asked
    inner join counted as own
        on
            asked.block_number = own.block_number
            and asked.area_code = own.area_code
            and asked.dimension_group = own.dimension_group
    inner join counted as other
        on
            asked.block_number = other.block_number
            and asked.area_code != other.area_code
            and asked.dimension_group = other.dimension_group
    left join counted as own_group
        on
            asked.block_number = own_group.block_number
            and asked.area_code = own_group.area_code
            and asked.dimension_group != own_group.dimension_group
    left join counted as other_group
        on
            asked.block_number = other_group.block_number
            and other.area_code = other_group.area_code
            and own_group.dimension_group = other_group.dimension_group
),

open_secret as (
    select
        secret,
        name,
        area_type,
        area_code,
        dimension,
        dimension_group
    from square
    where
        (own_may_join > 0 and own_group_may_leave > 0 and other_may_leave > 0 and other_group_may_join > 0)
        or (own_may_leave > 0 and own_group_may_join > 0 and other_may_join > 0 and other_group_may_leave > 0)
    group by secret, name, area_type, area_code, dimension, dimension_group
)

select
    choice.secret,
    choice.name,
    choice.area_type,
    choice.area_code,
    choice.dimension,
    choice.dimension_group,
    choice.family
from choice
left join secret as own_total
    on
        choice.secret = own_total.secret
        and choice.name = own_total.name
        and choice.area_type = own_total.area_type
        and choice.area_code = own_total.area_code
        and own_total.dimension = 'all'
left join secret as wider_count
    on
        choice.secret = wider_count.secret
        and choice.name = wider_count.name
        and choice.wider_area_type = wider_count.area_type
        and choice.wider_area_code = wider_count.area_code
        and choice.dimension = wider_count.dimension
        and choice.dimension_group = wider_count.dimension_group
left join open_secret
    on
        choice.secret = open_secret.secret
        and choice.name = open_secret.name
        and choice.area_type = open_secret.area_type
        and choice.area_code = open_secret.area_code
        and choice.dimension = open_secret.dimension
        and choice.dimension_group = open_secret.dimension_group
where
    open_secret.name is null
    and wider_count.name is null
    and (own_total.name is null or choice.dimension = 'all')
