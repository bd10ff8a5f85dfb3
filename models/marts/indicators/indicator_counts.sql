{{ config(materialized='incremental') }}

with
indicator_status as (
    select * from {{ ref('indicator_status') }}
    where as_of_date = {{ as_of_date() }}
),

registered_patient as (
    select * from {{ ref('registered_patient') }}
    where as_of_date = {{ as_of_date() }}
),

national_data_opt_out_patient as (
    select * from {{ ref('national_data_opt_out_patient') }}
),

by_practice as (
    select
        indicator_status.indicator,
        registered_patient.practice_code,
        registered_patient.pcn_code,
        registered_patient.place,
        indicator_status.status,
        national_data_opt_out_patient.patient_id is null as may_be_published,
        count(*) as patients
    from indicator_status
    inner join registered_patient on indicator_status.patient_id = registered_patient.patient_id
    left join national_data_opt_out_patient
        on indicator_status.patient_id = national_data_opt_out_patient.patient_id
    group by
        indicator_status.indicator,
        registered_patient.practice_code,
        registered_patient.pcn_code,
        registered_patient.place,
        indicator_status.status,
        national_data_opt_out_patient.patient_id is null
),

by_area as (
    {%- for area_type, area_code in areas() %}
    {{ 'union all' if not loop.first }}
    select
        patient.indicator,
        '{{ area_type }}' as area_type,
        {{ area_code }} as area_code,
        patient.status,
        patient.may_be_published,
        patient.patients
    from by_practice as patient
    {%- endfor %}
)

select
    {{ as_of_date() }} as as_of_date,
    indicator,
    area_type,
    area_code,
    cast(sum(case when status != 'excluded' then patients else 0 end) as {{ dbt.type_bigint() }})
        as denominator,
    cast(sum(case when status = 'excluded' then patients else 0 end) as {{ dbt.type_bigint() }})
        as excluded,
    cast(sum(case when status = 'achieved' then patients else 0 end) as {{ dbt.type_bigint() }})
        as numerator,
    cast(
        sum(case when status = 'excluded' and may_be_published then patients else 0 end)
        as {{ dbt.type_bigint() }}
    ) as published_excluded
from by_area
group by indicator, area_type, area_code
