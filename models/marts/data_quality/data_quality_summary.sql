{%- set reasons = [
    'missing', 'unparseable', 'duplicate', 'unknown patient', 'unknown practice', 'before birth',
    'after death', 'in the future', 'implausible value',
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
)

select
    received.table_name,
    received.row_count as rows_received,
    accepted.row_count as rows_accepted,
    {%- for reason in reasons %}
    coalesce(rejected.{{ reason | replace(' ', '_') }}, 0) as {{ reason | replace(' ', '_') }},
    {%- endfor %}
    coalesce(rejected.row_count, 0) as rows_rejected
from received
inner join accepted on received.table_name = accepted.table_name
left join rejected on received.table_name = rejected.table_name
