{% set tables = ['condition', 'observation', 'vaccination', 'medication'] -%}
with
-- Numbers are counted in a fraction of the time and memory that texts take; two ids may share one, hence the next step.
repeated_fingerprint as (
    {%- for table in tables %}
    {{ 'union all' if not loop.first }}
    select
        '{{ table }}' as table_name,
        {{ row_fingerprint([to_text('event_id')]) }} as fingerprint
    from {{ source('extract', table) }}
    group by {{ row_fingerprint([to_text('event_id')]) }}
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
    where {{ row_fingerprint([to_text('event_id')]) }} in (
        select repeated_fingerprint.fingerprint from repeated_fingerprint
        where repeated_fingerprint.table_name = '{{ table }}'
    )
    {%- endfor %}
)

select
    table_name,
    event_id,
    min(patient_key) != max(patient_key) as is_shared
from holder
where event_id is not null
group by table_name, event_id
having count(*) > 1
