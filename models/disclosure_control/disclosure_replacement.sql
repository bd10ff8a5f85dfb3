{#- One patient more in a practice and one fewer in another, or in none: in every family of groups either the
    same group gains and loses, and no area that holds both practices shows it, or the gain and the loss of
    two groups are shown by no area at all. Only where nothing must be hidden for it. -#}
with
practice as (
    select * from {{ ref('disclosure_practice') }}
),

unit as (
    select
        unit_number,
        area_code as practice_code
    from {{ ref('disclosure_area') }}
    where depth = 1
),

change as (
    select * from {{ ref('disclosure_change') }}
),

path as (
    select * from {{ ref('disclosure_path') }}
    where unit_depth = 1
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
        gaining_unit.unit_number as gaining_number,
        losing_unit.unit_number as losing_number,
        case
            when gaining.pcn_code = losing.pcn_code then 1
            when gaining.place_code = losing.place_code then 2
            else 3
        end as depth,
        row_number() over (order by gaining.practice_code, losing.practice_code) as pair_number
    from practice as gaining
    inner join practice as losing
        on
            gaining.practice_code != losing.practice_code
            and case
                when gaining.pcn_code = losing.pcn_code then gaining.place_code = losing.place_code
                else gaining.number_in_pcn = losing.number_in_pcn
            end
    inner join unit as gaining_unit on gaining.practice_code = gaining_unit.practice_code
    inner join unit as losing_unit on losing.practice_code = losing_unit.practice_code
),

-- The gain in the one practice and the loss in the other.
side as (
    {%- for unit, direction in [('gaining', 'more'), ('losing', 'fewer')] %}
    {{ 'union all' if not loop.first }}
    select
        pair_number,
        depth,
        {{ unit }}_number as unit_number,
        '{{ direction }}' as direction
    from pair
    {%- endfor %}
),

-- Every finest group with the widest one that holds it.
widest as (
    select
        family,
        group_number,
        max(breadth) as breadth
    from dimension_group
    group by family, group_number
),

-- In how many families a patient is counted: who is excluded, only with everyone.
families as (
    select
        change.change_number,
        count(distinct dimension_group.family) as families
    from change
    inner join dimension_group on change.changed != 'excluded' or dimension_group.family = 'all'
    group by change.change_number
),

free as (
    {%- for change in ['more', 'fewer'] %}
    {{ 'union all' if not loop.first }}
    select
        path.change_number,
        path.unit_number,
        widest.family,
        path.group_number,
        path.depth,
        path.breadth,
        '{{ change }}' as direction
    from path
    inner join widest
        on
            path.group_number = widest.group_number
            and path.breadth = widest.breadth
    where path.cost_of_one_{{ change }} = 0
    {%- endfor %}
),

-- The gain, or the loss, of a group that no area shows.
unseen as (
    select * from free
    where depth = 4
),

unseen_family as (
    select
        change_number,
        unit_number,
        direction,
        family
    from unseen
    group by change_number, unit_number, direction, family
),

-- Everyone is one group, which gains and loses: few pairs can do that.
pair_of_everyone as (
    select
        free.change_number,
        side.pair_number
    from side
    inner join free
        on
            side.unit_number = free.unit_number
            and side.depth = free.depth
            and side.direction = free.direction
    where free.family = 'all'
    group by free.change_number, side.pair_number
    having count(*) = 2
),

side_of_everyone as (
    select
        pair_of_everyone.change_number,
        side.*
    from pair_of_everyone
    inner join side on pair_of_everyone.pair_number = side.pair_number
),

same_group as (
    select
        side.change_number,
        side.pair_number,
        free.group_number
    from side_of_everyone as side
    inner join free
        on
            side.change_number = free.change_number
            and side.unit_number = free.unit_number
            and side.depth = free.depth
            and side.direction = free.direction
    group by side.change_number, side.pair_number, free.group_number
    having count(*) = 2
),

family_of_pair as (
    select
        same_group.change_number,
        same_group.pair_number,
        widest.family
    from same_group
    inner join widest on same_group.group_number = widest.group_number
    union
    (
        select
            side.change_number,
            side.pair_number,
            unseen_family.family
        from side_of_everyone as side
        inner join unseen_family
            on
                side.change_number = unseen_family.change_number
                and side.unit_number = unseen_family.unit_number
                and side.direction = unseen_family.direction
        where unseen_family.family != 'all'
        group by side.change_number, side.pair_number, unseen_family.family
        having count(*) = 2
    )
),

pair_of_all_families as (
    select
        change_number,
        pair_number,
        count(*) as families
    from family_of_pair
    group by change_number, pair_number
),

replaced as (
    select
        pair_of_all_families.change_number,
        pair.*
    from pair_of_all_families
    inner join families
        on
            pair_of_all_families.change_number = families.change_number
            and pair_of_all_families.families = families.families
    inner join pair on pair_of_all_families.pair_number = pair.pair_number
),

-- Alone: one patient more, or fewer, in one practice.
alone_in_families as (
    select
        change_number,
        unit_number,
        direction,
        count(*) as families
    from unseen_family
    group by change_number, unit_number, direction
),

alone as (
    select alone_in_families.*
    from alone_in_families
    inner join families
        on
            alone_in_families.change_number = families.change_number
            and alone_in_families.families = families.families
),

reached as (
    {%- for unit in ['gaining_number', 'losing_number'] %}
    select
        same_group.change_number,
        replaced.{{ unit }} as unit_number,
        same_group.group_number,
        replaced.depth,
        widest.breadth
    from same_group
    inner join replaced
        on
            same_group.change_number = replaced.change_number
            and same_group.pair_number = replaced.pair_number
    inner join widest on same_group.group_number = widest.group_number
    union all
    {%- endfor %}
    -- A gain and a loss of two groups that no area shows; where a wider group holds both, it shows nothing.
    {%- for direction, unit, other_unit in [
        ('gain', 'gaining_number', 'losing_number'), ('loss', 'losing_number', 'gaining_number')
    ] %}
    {%- set other = 'loss' if direction == 'gain' else 'gain' %}
    select
        unseen.change_number,
        unseen.unit_number,
        unseen.group_number,
        unseen.depth,
        group_pair.breadth
    from unseen
    inner join replaced
        on
            unseen.change_number = replaced.change_number
            and unseen.unit_number = replaced.{{ unit }}
    inner join group_pair on unseen.group_number = group_pair.{{ direction }}_number
    inner join unseen as other
        on
            unseen.change_number = other.change_number
            and replaced.{{ other_unit }} = other.unit_number
            and group_pair.{{ other }}_number = other.group_number
            and unseen.direction != other.direction
    where unseen.direction = '{{ 'more' if direction == 'gain' else 'fewer' }}'
    union all
    {%- endfor %}
    select
        unseen.change_number,
        unseen.unit_number,
        unseen.group_number,
        unseen.depth,
        unseen.breadth
    from unseen
    inner join alone
        on
            unseen.change_number = alone.change_number
            and unseen.unit_number = alone.unit_number
            and unseen.direction = alone.direction
)

select
    change_number,
    unit_number,
    group_number,
    depth,
    breadth
from reached
group by change_number, unit_number, group_number, depth, breadth
