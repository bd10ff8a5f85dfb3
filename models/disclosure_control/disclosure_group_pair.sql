with
dimension_group as (
    select * from {{ ref('disclosure_group') }}
)

select
    gain.family,
    gain.finest_group as gain_group,
    loss.finest_group as loss_group,
    count(*) as breadth,
    gain.group_number as gain_number,
    loss.group_number as loss_number
from dimension_group as gain
inner join dimension_group as loss
    on
        gain.family = loss.family
        and gain.dimension = loss.dimension
        and gain.dimension_group != loss.dimension_group
group by gain.family, gain.finest_group, loss.finest_group, gain.group_number, loss.group_number
