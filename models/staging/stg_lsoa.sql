with
checked_lsoa as (
    select * from {{ ref('base_lsoa') }}
),

rural_urban as (
    select * from {{ ref('ref_rural_urban') }}
)

select
    checked_lsoa.lsoa_code,
    cast(checked_lsoa.imd_decile as {{ dbt.type_int() }}) as imd_decile,
    cast(checked_lsoa.imd_rank as {{ dbt.type_int() }}) as imd_rank,
    coalesce(rural_urban.rural_urban, 'unknown') as rural_urban,
    checked_lsoa.local_authority
from checked_lsoa
left join rural_urban on lower(checked_lsoa.rural_urban) = rural_urban.recorded
where checked_lsoa.rejection_reason is null
