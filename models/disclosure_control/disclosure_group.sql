{#- The groups that cannot be divided, each with the wider ones that hold it: a decile lies in a quintile,
    and in Core20 or outside. -#}
with
dimension_group as (
    select * from {{ ref('ref_dimension_group') }}
),

finest as (
    select
        case when dimension = 'deprivation_decile' then 'deprivation' else dimension end as family,
        dimension_group as finest_group,
        dimension,
        case when dimension = 'deprivation_decile' then {{ dbt.safe_cast('dimension_group', 'integer') }} end
            as decile
    from dimension_group
    where dimension not in ('deprivation_quintile', 'core20')
),

numbered as (
    select
        *,
        row_number() over (order by family, finest_group) as group_number
    from finest
)

select
    family,
    finest_group,
    1 as breadth,
    dimension,
    finest_group as dimension_group,
    group_number
from numbered
union all
select
    family,
    finest_group,
    2 as breadth,
    'deprivation_quintile' as dimension,
    coalesce(cast(cast(ceil(decile / 2e0) as integer) as {{ dbt.type_string() }}), 'unknown')
        as dimension_group,
    group_number
from numbered
where family = 'deprivation'
union all
select
    family,
    finest_group,
    3 as breadth,
    'core20' as dimension,
    case when decile <= 2 then 'core20' when decile > 2 then 'not core20' else 'unknown' end
        as dimension_group,
    group_number
from numbered
where family = 'deprivation'
