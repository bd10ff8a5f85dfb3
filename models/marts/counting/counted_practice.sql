with
practice as (
    select
        practice_code,
        pcn_code,
        place
    from {{ ref('registered_patient') }}
    group by practice_code, pcn_code, place
),

area as (
    {%- for area_type, area_code in areas() %}
    {{ 'union all' if not loop.first }}
    select
        patient.practice_code,
        '{{ area_type }}' as area_type,
        {{ area_code }} as area_code
    from practice as patient
    {%- endfor %}
)

select
    practice_code,
    area_type,
    area_code,
    cast(dense_rank() over (order by practice_code) as smallint) as practice_number,
    cast(dense_rank() over (order by area_type, area_code) as smallint) as area_number
from area
