with
typed as (
    {{ typed_rows('practice') }}
),

numbered as (
    select
        *,
        row_number() over (
            partition by upper(practice_code), form_reason is null
            order by {{ nulls_last(['practice_name', 'upper(pcn_code)', 'pcn_name', 'place']) }}
        ) as copy_number
    from typed
),

decided as (
    select
        *,
        case
            when form_reason is not null then form_reason
            when copy_number > 1 then 'duplicate practice_code'
        end as rejection_reason
    from numbered
)

select
    upper(practice_code) as practice_code,
    practice_name,
    upper(pcn_code) as pcn_code,
    pcn_name,
    place,
    rejection_reason,
    {{ original_values('practice') }} as received
from decided
