{#- One patient more in a practice and one fewer in another, or in none: in every family of groups either the
    same group gains and loses, and no area that holds both practices shows it, or the gain and the loss of
    two groups are shown by no area at all. Only where nothing must be hidden for it. -#}
with
practice as (
    select * from {{ ref('disclosure_practice') }}
),

path as (
    select * from {{ ref('disclosure_path') }}
),

dimension_group as (
    select * from {{ ref('disclosure_group') }}
),

group_pair as (
    select * from {{ ref('disclosure_group_pair') }}
),

-- The partners that are tried: all in the same network, and in every other the one of the same number.
pair as (
    select
        concat('practice ', gaining.practice_code) as gaining_unit,
        concat('practice ', losing.practice_code) as losing_unit,
        case
            when gaining.pcn_code = losing.pcn_code then 1
            when gaining.place_code = losing.place_code then 2
            else 3
        end as depth
    from practice as gaining
    inner join practice as losing
        on
            gaining.practice_code != losing.practice_code
            and case
                when gaining.pcn_code = losing.pcn_code then gaining.place_code = losing.place_code
                else gaining.number_in_pcn = losing.number_in_pcn
            end
),

widest as (
    select
        family,
        max(breadth) as breadth
    from dimension_group
    group by family
),

free as (
    {%- for change in ['more', 'fewer'] %}
    {{ 'union all' if not loop.first }}
    select
        path.changed,
        path.name,
        path.unit,
        path.family,
        path.finest_group,
        path.depth,
        path.breadth,
        '{{ change }}' as direction
    from path
    inner join widest
        on
            path.family = widest.family
            and path.breadth = widest.breadth
    where
        path.unit_depth = 1
        and path.cost_of_one_{{ change }} = 0
    {%- endfor %}
),

-- The gain, or the loss, of a group that no area shows.
unseen as (
    select * from free
    where depth = 4
),

unseen_family as (
    select
        changed,
        name,
        unit,
        direction,
        family
    from unseen
    group by changed, name, unit, direction, family
),

same_group as (
    select
        gain.changed,
        gain.name,
        pair.gaining_unit,
        pair.losing_unit,
        gain.depth,
        gain.family,
        gain.breadth,
        gain.finest_group
    from pair
    inner join free as gain
        on
            pair.gaining_unit = gain.unit
            and pair.depth = gain.depth
            and gain.direction = 'more'
    inner join free as loss
        on
            pair.losing_unit = loss.unit
            and gain.changed = loss.changed
            and gain.name = loss.name
            and gain.depth = loss.depth
            and gain.family = loss.family
            and gain.finest_group = loss.finest_group
            and loss.direction = 'fewer'
),

family_of_pair as (
    select
        changed,
        name,
        gaining_unit,
        losing_unit,
        depth,
        family
    from same_group
    group by changed, name, gaining_unit, losing_unit, depth, family
    union
    select
        gain.changed,
        gain.name,
        pair.gaining_unit,
        pair.losing_unit,
        pair.depth,
        gain.family
    from pair
    inner join unseen_family as gain
        on
            pair.gaining_unit = gain.unit
            and gain.direction = 'more'
            and gain.family != 'all'
    inner join unseen_family as loss
        on
            pair.losing_unit = loss.unit
            and loss.direction = 'fewer'
            and gain.changed = loss.changed
            and gain.name = loss.name
            and gain.family = loss.family
),

replaced as (
    select
        changed,
        name,
        gaining_unit,
        losing_unit,
        depth
    from family_of_pair
    group by changed, name, gaining_unit, losing_unit, depth
    having count(*) = case changed when 'excluded' then 1 else (select count(*) from widest) end
),

-- Alone: one patient more, or fewer, in one practice.
alone as (
    select
        changed,
        name,
        unit,
        direction
    from unseen_family
    group by changed, name, unit, direction
    having count(*) = case changed when 'excluded' then 1 else (select count(*) from widest) end
),

reached as (
    {%- for code in ['gaining_unit', 'losing_unit'] %}
    select
        same_group.changed,
        same_group.name,
        same_group.{{ code }} as unit,
        same_group.family,
        same_group.finest_group,
        same_group.depth,
        same_group.breadth
    from same_group
    inner join replaced
        on
            same_group.changed = replaced.changed
            and same_group.name = replaced.name
            and same_group.gaining_unit = replaced.gaining_unit
            and same_group.losing_unit = replaced.losing_unit
            and same_group.depth = replaced.depth
    union all
    {%- endfor %}
    -- A gain and a loss of two groups that no area shows; where a wider group holds both, it shows nothing.
    {%- for direction, unit, other_unit in [
        ('gain', 'gaining_unit', 'losing_unit'), ('loss', 'losing_unit', 'gaining_unit')
    ] %}
    {%- set other = 'loss' if direction == 'gain' else 'gain' %}
    select
        unseen.changed,
        unseen.name,
        unseen.unit,
        unseen.family,
        unseen.finest_group,
        unseen.depth,
        group_pair.breadth
    from unseen
    inner join replaced
        on
            unseen.changed = replaced.changed
            and unseen.name = replaced.name
            and unseen.unit = replaced.{{ unit }}
    inner join group_pair
        on
            unseen.family = group_pair.family
            and unseen.finest_group = group_pair.{{ direction }}_group
    inner join unseen as other
        on
            unseen.changed = other.changed
            and unseen.name = other.name
            and unseen.family = other.family
            and replaced.{{ other_unit }} = other.unit
            and group_pair.{{ other }}_group = other.finest_group
            and unseen.direction != other.direction
    where unseen.direction = '{{ 'more' if direction == 'gain' else 'fewer' }}'
    union all
    {%- endfor %}
    select
        unseen.changed,
        unseen.name,
        unseen.unit,
        unseen.family,
        unseen.finest_group,
        unseen.depth,
        unseen.breadth
    from unseen
    inner join alone
        on
            unseen.changed = alone.changed
            and unseen.name = alone.name
            and unseen.unit = alone.unit
            and unseen.direction = alone.direction
)

select
    changed,
    name,
    unit,
    family,
    finest_group,
    depth,
    breadth
from reached
group by changed, name, unit, family, finest_group, depth, breadth
