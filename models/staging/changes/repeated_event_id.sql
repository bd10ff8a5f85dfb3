{% set tables = ['condition', 'observation', 'vaccination', 'medication'] -%}
with
repeated as (
    {%- for table in tables %}
    {{ 'union all' if not loop.first }}
    select
        '{{ table }}' as table_name,
        {{ to_text('event_id') }} as event_id
    from {{ source('extract', table) }}
    where {{ to_text('event_id') }} is not null
    group by {{ to_text('event_id') }}
    having count(*) > 1
    {%- endfor %}
),

holder as (
    {%- for table in tables %}
    {{ 'union all' if not loop.first }}
    select
        '{{ table }}' as table_name,
        {{ to_text('event_id') }} as event_id,
        {{ patient_key('patient_id') }} as patient_key
    from {{ source('extract', table) }}
    where {{ to_text('event_id') }} in (
        select repeated.event_id from repeated
        where repeated.table_name = '{{ table }}'
    )
    {%- endfor %}
)

select
    table_name,
    event_id,
    min(patient_key) != max(patient_key) as is_shared
from holder
group by table_name, event_id
