{{ config(post_hook={'sql': '{{ keep_state(model.raw_code) }}', 'transaction': false}) }}

{%- set fingerprint = row_fingerprint([to_text('event_id')]) -%}
{%- set known = earlier_rows(['table_name', 'event_id', 'patient_key', 'is_shared']) -%}
{%- set is_refresh = known and is_refresh(load_relation(this), state_of_build(model.raw_code, this)) -%}
-- What has changed: depends_on: {{ ref('extract_version') }} and {{ ref('patient_fingerprint') }}
with
{%- if is_refresh %}
changed_patient as (
    select patient_key from {{ ref('patient_fingerprint') }}
    where fingerprint is distinct from earlier_fingerprint
),
{% endif %}
known as (
    {%- if known %}
    select
        table_name,
        event_id,
        bool_or(is_shared) as is_shared
    from {{ known }}
    group by table_name, event_id
    {%- else %}
    select
        '' as table_name,
        '' as event_id,
        false as is_shared
    where 1 = 0
    {%- endif %}
),

-- Numbers take less time and memory than texts. Two ids may have the same one, so ids are counted below.
holder as (
    {%- for table in ['condition', 'observation', 'vaccination', 'medication'] %}
    {{ 'union all' if not loop.first }}
    select
        '{{ table }}' as table_name,
        {{ to_text('event_id') }} as event_id,
        {{ patient_key('patient_id') }} as patient_key
    from {{ source('extract', table) }}
    where
        {{ fingerprint }} in (
            select {{ row_fingerprint(['known.event_id']) }} as fingerprint
            from known
            where known.table_name = '{{ table }}'
            union all
            select {{ fingerprint }} as fingerprint
            from {{ source('extract', table) }}
            {%- if is_refresh %}
            where {{ patient_key('patient_id') }} in (select patient_key from changed_patient)
            {%- else %}
            group by {{ fingerprint }}
            having count(*) > 1
            {%- endif %}
        )
    {%- endfor %}
),

repeated as (
    select
        holder.table_name,
        holder.event_id,
        min(holder.patient_key) != max(holder.patient_key) as is_shared,
        coalesce(bool_or(known.is_shared), false) as was_shared
    from holder
    left join known on holder.table_name = known.table_name and holder.event_id = known.event_id
    where holder.event_id is not null
    group by holder.table_name, holder.event_id
    having count(*) > 1 or bool_or(known.is_shared)
)

select
    repeated.table_name,
    repeated.event_id,
    holder.patient_key,
    repeated.is_shared,
    repeated.was_shared
from repeated
inner join holder on repeated.table_name = holder.table_name and repeated.event_id = holder.event_id
group by repeated.table_name, repeated.event_id, holder.patient_key, repeated.is_shared, repeated.was_shared
