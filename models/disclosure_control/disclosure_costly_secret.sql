with
secret as (
    select * from {{ ref('disclosure_secret') }}
),

change as (
    select * from {{ ref('disclosure_change') }}
),

place as (
    select * from {{ ref('disclosure_place') }}
),

free as (
    {%- for model in ['disclosure_free_exchange', 'disclosure_replacement'] %}
    {{ 'union all' if not loop.first }}
    select
        change_number,
        unit_number,
        group_number,
        depth,
        breadth
    from {{ ref(model) }}
    {%- endfor %}
),

free_secret as (
    select
        secret.secret,
        secret.name,
        secret.area_type,
        secret.area_code,
        secret.dimension,
        secret.dimension_group
    from secret
    inner join change
        on
            secret.changed = change.changed
            and secret.changed_name = change.name
    inner join place
        on
            secret.area_type = place.area_type
            and secret.area_code = place.area_code
            and secret.dimension = place.dimension
            and secret.dimension_group = place.dimension_group
    inner join free
        on
            change.change_number = free.change_number
            and place.unit_number = free.unit_number
            and place.group_number = free.group_number
            and place.depth <= free.depth
            and place.breadth <= free.breadth
    group by
        secret.secret, secret.name, secret.area_type, secret.area_code,
        secret.dimension, secret.dimension_group
)

select
    secret.secret,
    secret.name,
    secret.area_type,
    secret.area_code,
    secret.dimension,
    secret.dimension_group,
    change.change_number
from secret
inner join change
    on
        secret.changed = change.changed
        and secret.changed_name = change.name
left join free_secret
    on
        secret.secret = free_secret.secret
        and secret.name = free_secret.name
        and secret.area_type = free_secret.area_type
        and secret.area_code = free_secret.area_code
        and secret.dimension = free_secret.dimension
        and secret.dimension_group = free_secret.dimension_group
where free_secret.name is null
