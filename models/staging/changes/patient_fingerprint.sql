{%- set earlier = earlier_rows(['patient_key', 'fingerprint', 'shares_event_id']) -%}
with
shared_event_id as (
    select * from {{ ref('repeated_event_id') }}
    where is_shared
),

-- A sum over rows does not depend on their order, and one more copy of a row changes it.
part as (
    select
        {{ patient_key('patient_id') }} as patient_key,
        sum({{ row_fingerprint(
            extract_columns('patient') | map(attribute='name') | list + ['rejection_reason']
        ) }}) as fingerprint,
        false as shares_event_id
    from {{ ref('base_patient') }}
    group by {{ patient_key('patient_id') }}
    {%- for table in ['condition', 'observation', 'vaccination', 'medication'] %}
    union all
    select
        {{ patient_key('patient_id') }} as patient_key,
        sum({{ row_fingerprint(
            ["'" ~ table ~ "'"] + extract_columns(table) | map(attribute='name') | list + [is_in_the_future(table)]
        ) }}) as fingerprint,
        bool_or({{ to_text('event_id') }} in (
            select shared_event_id.event_id from shared_event_id
            where shared_event_id.table_name = '{{ table }}'
        )) as shares_event_id
    from {{ source('extract', table) }}
    group by {{ patient_key('patient_id') }}
    {%- endfor %}
),

fingerprint as (
    select
        patient_key,
        cast(sum(fingerprint) as {{ dbt.type_string() }}) as fingerprint,
        bool_or(shares_event_id) as shares_event_id
    from part
    group by patient_key
),

earlier as (
    {%- if earlier %}
    select
        patient_key,
        fingerprint,
        shares_event_id
    from {{ earlier }}
    where fingerprint is not null
    {%- else %}
    select * from fingerprint
    where 1 = 0
    {%- endif %}
)

select
    coalesce(fingerprint.patient_key, earlier.patient_key) as patient_key,
    fingerprint.fingerprint,
    coalesce(fingerprint.shares_event_id, false) as shares_event_id,
    earlier.fingerprint as earlier_fingerprint,
    coalesce(earlier.shares_event_id, false) as shared_event_id_earlier
from fingerprint
full outer join earlier on fingerprint.patient_key = earlier.patient_key
