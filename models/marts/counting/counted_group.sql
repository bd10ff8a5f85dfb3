select
    dimension,
    dimension_group,
    cast(row_number() over (order by dimension, display_order) as smallint) as group_number
from {{ ref('ref_dimension_group') }}
