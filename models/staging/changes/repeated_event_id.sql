{% set event_id, fingerprint = to_text('event_id'), row_fingerprint([to_text('event_id')]) -%}
with
-- Numbers are counted in less time and memory than texts. Two ids may have the same one, hence the count of the ids below.
holder as (
    {%- for table in ['condition', 'observation', 'vaccination', 'medication'] %}
    {{ 'union all' if not loop.first }}
    select
        '{{ table }}' as table_name,
        {{ event_id }} as event_id,
        {{ patient_key('patient_id') }} as patient_key
    from {{ source('extract', table) }}
    where {{ fingerprint }} in (
        select {{ fingerprint }}
        from {{ source('extract', table) }}
        group by {{ fingerprint }}
        having count(*) > 1
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
