with
registered_patient as (
    select * from {{ ref('registered_patient') }}
    where as_of_date = {{ as_of_date() }}
),

practice as (
    select
        {%- for area_type, area_code in areas() if area_type != 'practice' %}
        {{ area_code }} as {{ area_type }}_code,
        {%- endfor %}
        patient.practice_code
    from registered_patient as patient
    group by patient.practice_code, patient.pcn_code, patient.place
)

select
    icb_code,
    place_code,
    pcn_code,
    practice_code,
    row_number() over (
        partition by place_code, pcn_code
        order by practice_code
    ) as number_in_pcn,
    min(place_code) over (partition by pcn_code) = max(place_code) over (partition by pcn_code)
        as is_pcn_in_one_place
from practice
