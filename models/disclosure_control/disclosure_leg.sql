{#- The exchanges for which something must be hidden: of each the practice and the groups that gain or lose
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
    select * from {{ ref('disclosure_secret') }}
),

place as (
    select * from {{ ref('disclosure_place') }}
),

exchange as (
    select * from {{ ref('disclosure_exchange') }}
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
        secret.changed,
        secret.changed_name,
        place.unit,
        place.depth,
        place.family,
        place.finest_group,
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
    {%- for group in ['gain_group', 'loss_group'] %}
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
            costly.changed = exchange.changed
            and costly.changed_name = exchange.name
            and costly.unit = exchange.unit
            and costly.family = exchange.family
            and costly.finest_group = exchange.{{ group }}
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
            order by depth, changed, unit, family, gain_group, loss_group
        ) as suited_number
    from suited
),

-- One exchange may keep many secrets.
chosen as (
    select
        changed,
        name,
        depth,
        unit,
        unit_depth,
        family,
        breadth,
        gain_group,
        loss_group,
        node,
        wider_area,
        partner_cost
    from numbered
    where suited_number = 1
    group by
        changed, name, depth, unit, unit_depth, family, breadth, gain_group, loss_group, node,
        wider_area, partner_cost
),

partner as (
    select
        exchange.*,
        row_number() over (
            partition by
                chosen.changed, chosen.name, chosen.depth, chosen.unit, chosen.family,
                chosen.gain_group, chosen.loss_group
            order by exchange.unit, exchange.family, exchange.gain_group, exchange.loss_group
        ) as partner_number
    from chosen
    inner join exchange
        on
            chosen.changed = exchange.changed
            and chosen.name = exchange.name
            and chosen.depth = exchange.depth
            and chosen.family = exchange.family
            and chosen.gain_group = exchange.loss_group
            and chosen.loss_group = exchange.gain_group
            and chosen.wider_area = exchange.wider_area
            and chosen.node != exchange.node
            and chosen.partner_cost = exchange.cost
    where chosen.partner_cost > 0
),

side as (
    {%- set columns = 'changed, name, unit, unit_depth, depth, breadth, family, gain_group, loss_group' %}
    select {{ columns }} from chosen
    union all
    select {{ columns }} from partner
    where partner_number = 1
)

-- Two exchanges may share a group that gains.
{% for group, direction in [('gain_group', 'more'), ('loss_group', 'fewer')] -%}
{{ 'union' if not loop.first }}
select
    changed,
    name,
    unit,
    unit_depth,
    depth,
    breadth,
    family,
    {{ group }} as finest_group,
    '{{ direction }}' as direction
from side
{% endfor -%}
