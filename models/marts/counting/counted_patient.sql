{% set dimensions = dimensions() -%}
with
registered_patient as (
    select * from {{ ref('registered_patient') }}
    where as_of_date = {{ as_of_date() }}
),

practice as (
    select
        practice_code,
        practice_number
    from {{ ref('counted_practice') }}
    where area_type = 'practice'
),

counted_group as (
    select * from {{ ref('counted_group') }}
),

national_data_opt_out_patient as (
    select * from {{ ref('national_data_opt_out_patient') }}
)

select
    patient.patient_id,
    practice.practice_number,
    {%- for dimension, dimension_group in dimensions %}
    of_{{ dimension }}.group_number as {{ dimension }}_number,
    {%- endfor %}
    case
        when national_data_opt_out_patient.patient_id is null then {{ record_key('patient.patient_id') }}
    end as record_key
from registered_patient as patient
inner join practice on patient.practice_code = practice.practice_code
{%- for dimension, dimension_group in dimensions %}
left join counted_group as of_{{ dimension }}
    on
        of_{{ dimension }}.dimension = '{{ dimension }}'
        and of_{{ dimension }}.dimension_group = {{ dimension_group }}
{%- endfor %}
left join national_data_opt_out_patient on patient.patient_id = national_data_opt_out_patient.patient_id
