{#- The exchanges for which something must be hidden: of each the unit and the groups that gain or lose
    a patient, and the same in the partner, the other way round. -#}
{% set secret_key =
    'secret, secret_name, secret_area_type, secret_area_code, secret_dimension, secret_group' -%}
with
choice as (
    select * from {{ ref('disclosure_choice') }}
    where
        is_exchanged
        and cost > 0
),

secret as (
    select * from {{ ref('disclosure_costly_secret') }}
),

place as (
    select * from {{ ref('disclosure_place') }}
),

exchange as (
    select * from {{ ref('disclosure_exchange') }}
),

change as (
    select * from {{ ref('disclosure_change') }}
),

area as (
    select * from {{ ref('disclosure_area') }}
    where depth = unit_depth
),

dimension_group as (
    select * from {{ ref('disclosure_group') }}
    where breadth = 1
),

costly as (
    select
        choice.secret,
        choice.name as secret_name,
        choice.area_type as secret_area_type,
        choice.area_code as secret_area_code,
        choice.dimension as secret_dimension,
        choice.dimension_group as secret_group,
        choice.cost,
        secret.change_number,
        place.unit_number,
        place.depth,
        place.group_number,
        place.breadth
    from choice
    inner join secret
        on
            choice.secret = secret.secret
            and choice.name = secret.name
            and choice.area_type = secret.area_type
            and choice.area_code = secret.area_code
            and choice.dimension = secret.dimension
            and choice.dimension_group = secret.dimension_group
    inner join place
        on
            choice.area_type = place.area_type
            and choice.area_code = place.area_code
            and choice.dimension = place.dimension
            and choice.dimension_group = place.dimension_group
),

suited as (
    {%- for group in ['gain_number', 'loss_number'] %}
    {{ 'union all' if not loop.first }}
    select
        costly.secret,
        costly.secret_name,
        costly.secret_area_type,
        costly.secret_area_code,
        costly.secret_dimension,
        costly.secret_group,
        exchange.*
    from costly
    inner join exchange
        on
            costly.change_number = exchange.change_number
            and costly.unit_number = exchange.unit_number
            and costly.group_number = exchange.{{ group }}
            and costly.cost = exchange.total_cost
            and costly.depth <= exchange.depth
            and costly.breadth <= exchange.breadth
    {%- endfor %}
),

numbered as (
    select
        *,
        row_number() over (
            partition by {{ secret_key }}
            order by depth, change_number, unit_number, gain_number, loss_number
        ) as suited_number
    from suited
),

-- One exchange may keep many secrets.
chosen as (
    select
        change_number,
        depth,
        unit_number,
        breadth,
        gain_number,
        loss_number,
        area_number,
        wider_area_number,
        partner_cost
    from numbered
    where suited_number = 1
    group by
        change_number, depth, unit_number, breadth, gain_number, loss_number, area_number, wider_area_number,
        partner_cost
),

partner as (
    select
        exchange.*,
        row_number() over (
            partition by
                chosen.change_number, chosen.depth, chosen.unit_number, chosen.gain_number, chosen.loss_number
            order by exchange.unit_number
        ) as partner_number
    from chosen
    inner join exchange
        on
            chosen.change_number = exchange.change_number
            and chosen.gain_number = exchange.loss_number
            and chosen.loss_number = exchange.gain_number
            and chosen.wider_area_number = exchange.wider_area_number
            and chosen.area_number != exchange.area_number
            and chosen.partner_cost = exchange.cost
    where chosen.partner_cost > 0
),

side as (
    {%- set columns = 'change_number, unit_number, depth, breadth, gain_number, loss_number' %}
    select {{ columns }} from chosen
    union all
    select {{ columns }} from partner
    where partner_number = 1
),

-- Two exchanges may share a group that gains.
leg as (
    {%- for group, direction in [('gain_number', 'more'), ('loss_number', 'fewer')] %}
    {{ 'union' if not loop.first }}
    select
        change_number,
        unit_number,
        depth,
        breadth,
        {{ group }} as group_number,
        '{{ direction }}' as direction
    from side
    {%- endfor %}
)

select
    change.changed,
    change.name,
    area.unit,
    area.unit_depth,
    leg.depth,
    leg.breadth,
    dimension_group.family,
    dimension_group.finest_group,
    leg.direction
from leg
inner join change on leg.change_number = change.change_number
inner join area on leg.unit_number = area.unit_number
inner join dimension_group on leg.group_number = dimension_group.group_number
