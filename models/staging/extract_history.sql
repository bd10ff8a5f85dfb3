{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key=['extract_date', 'table_name'],
    full_refresh=false,
    pre_hook="{{ stop_unless_accepted(model.compiled_code) }}",
) }}
with
received as (
    {%- for table in extract_contract() %}
    {{ 'union all' if not loop.first }}
    select
        '{{ table }}' as table_name,
        count(*) as rows_received,
        count(rejection_reason) as rows_rejected
    from {{ ref('base_' ~ table) }}
    {%- endfor %}
),

accepted_extract as (
    select * from {{ accepted_extracts() }}
),

last_date as (
    select max(extract_date) as extract_date
    from accepted_extract
    where extract_date < {{ date_variable('extract_date') }}
),

earlier as (
    select
        accepted_extract.table_name,
        accepted_extract.extract_date,
        accepted_extract.rows_received
    from accepted_extract
    inner join last_date on accepted_extract.extract_date = last_date.extract_date
)

select
    {{ date_variable('extract_date') }} as extract_date,
    received.table_name,
    received.rows_received,
    received.rows_rejected,
    earlier.extract_date as earlier_extract_date,
    earlier.rows_received as earlier_rows_received,
    case
        when received.rows_rejected > {{ share_variable('max_rejected_share') }} * received.rows_received
            then 'too many rows rejected'
        when
            earlier.rows_received - received.rows_received
            > {{ share_variable('max_shrink') }} * earlier.rows_received
            then 'too few rows'
        else 'accepted'
    end as verdict
from received
left join earlier on received.table_name = earlier.table_name
