{%- set reasons = [
    'missing', 'unparseable', 'duplicate', 'conflicting', 'unknown patient', 'unknown practice', 'before birth',
    'after death', 'in the future', 'implausible value', 'implausible snomed_code',
] -%}
{%- set tables = extract_contract() | list -%}
with
received as (
    {%- for table in tables %}
    {{ 'union all' if not loop.first }}
    select '{{ table }}' as table_name, count(*) as row_count from {{ source('extract', table) }}
    {%- endfor %}
),

accepted as (
    {%- for table in tables %}
    {{ 'union all' if not loop.first }}
    select '{{ table }}' as table_name, count(*) as row_count from {{ ref('stg_' ~ table) }}
    {%- endfor %}
),

rejected_row as (
    {%- for table in tables %}
    {{ 'union all' if not loop.first }}
    select '{{ table }}' as table_name, rejection_reason from {{ ref('stg_' ~ table ~ '_rejected') }}
    {%- endfor %}
),

rejected as (
    select
        table_name,
        {%- for reason in reasons %}
        count(case when rejection_reason like '{{ reason }}%' then 1 end) as {{ reason | replace(' ', '_') }},
        {%- endfor %}
        count(*) as row_count
    from rejected_row
    group by table_name
),

latest as (
    {%- for table in tables if 'event_date' in extract_contract()[table].columns %}
    {{ 'union all' if not loop.first }}
    select '{{ table }}' as table_name, max(event_date) as latest_event_date from {{ ref('stg_' ~ table) }}
    {%- endfor %}
),

stale as (
    select
        'practice' as table_name,
        count(case when is_stale then 1 end) as stale_practices
    from {{ ref('data_quality_practice') }}
)

select
    received.table_name,
    received.row_count as rows_received,
    accepted.row_count as rows_accepted,
    {%- for reason in reasons %}
    coalesce(rejected.{{ reason | replace(' ', '_') }}, 0) as {{ reason | replace(' ', '_') }},
    {%- endfor %}
    coalesce(rejected.row_count, 0) as rows_rejected,
    {{ date_variable('extract_date') }} as extract_date,
    {{ days_between(date_variable('extract_date'), as_of_date()) }}
        as extract_days_old,
    latest.latest_event_date,
    {{ days_between('latest.latest_event_date', date_variable('extract_date')) }}
        as days_without_events,
    stale.stale_practices
from received
inner join accepted on received.table_name = accepted.table_name
left join rejected on received.table_name = rejected.table_name
left join latest on received.table_name = latest.table_name
left join stale on received.table_name = stale.table_name
