{%- set earlier = earlier_rows(['patient_key', 'fingerprint']) -%}
with
-- A sum over rows does not depend on their order, and one more copy of a row changes it.
part as (
    select
        {{ patient_key('patient_id') }} as patient_key,
        sum({{ row_fingerprint(
            extract_columns('patient') | map(attribute='name') | list + ['rejection_reason']
        ) }}) as fingerprint
    from {{ ref('base_patient') }}
    group by {{ patient_key('patient_id') }}
    {%- for table in ['condition', 'observation', 'vaccination', 'medication'] %}
    union all
    select
        {{ patient_key('patient_id') }} as patient_key,
        sum({{ row_fingerprint(
            ["'" ~ table ~ "'"] + extract_columns(table) | map(attribute='name') | list + [is_in_the_future(table)]
        ) }}) as fingerprint
    from {{ source('extract', table) }}
    group by {{ patient_key('patient_id') }}
    {%- endfor %}
),

fingerprint as (
    select
        patient_key,
        cast(sum(fingerprint) as {{ dbt.type_string() }}) as fingerprint
    from part
    group by patient_key
),

earlier as (
    {%- if earlier %}
    select
        patient_key,
        fingerprint
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
    earlier.fingerprint as earlier_fingerprint
from fingerprint
full outer join earlier on fingerprint.patient_key = earlier.patient_key
