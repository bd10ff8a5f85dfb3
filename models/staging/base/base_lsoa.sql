with
typed as (
    {{ typed_rows('lsoa') }}
),

judged as (
    select
        *,
        case
            when form_reason is not null then form_reason
            when imd_decile not between 1 and 10 or imd_decile != floor(imd_decile) then 'implausible value'
        end as row_reason
    from typed
),

numbered as (
    select
        *,
        row_number() over (
            partition by upper(lsoa_code), row_reason is null
            order by {{ nulls_last(['imd_decile', 'imd_rank', 'rural_urban', 'local_authority']) }}
        ) as copy_number
    from judged
),

decided as (
    select
        *,
        case
            when row_reason is not null then row_reason
            when copy_number > 1 then 'duplicate lsoa_code'
        end as rejection_reason
    from numbered
)

select
    upper(lsoa_code) as lsoa_code,
    imd_decile,
    imd_rank,
    rural_urban,
    local_authority,
    rejection_reason,
    {{ original_values('lsoa') }} as received
from decided
