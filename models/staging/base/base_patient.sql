with
typed as (
    {{ typed_rows('patient') }}
),

practice as (
    select * from {{ ref('stg_practice') }}
),

sex as (
    select * from {{ ref('ref_sex') }}
),

ethnic_category as (
    select * from {{ ref('ref_ethnic_category') }}
),

standardised as (
    select
        typed.patient_id,
        typed.date_of_birth,
        coalesce(sex.sex, 'unknown') as sex,
        ethnic_category.ethnic_category,
        upper(typed.lsoa_code) as lsoa_code,
        upper(typed.practice_code) as practice_code,
        typed.registration_start_date,
        typed.registration_end_date,
        lower(typed.registration_type) as registration_type,
        typed.date_of_death,
        -- What cannot be read may be an opt-out.
        {%- for flag in ['type_1_opt_out', 'national_data_opt_out', 'is_sensitive'] %}
        {%- set received = 'cast(typed.received_' ~ flag ~ ' as ' ~ dbt.type_string() ~ ')' %}
        coalesce(typed.{{ flag }}, {{ to_text(received) }} is not null) as {{ flag }},
        {%- endfor %}
        {%- for column in extract_columns('patient') %}
        typed.received_{{ column.name }},
        {%- endfor %}
        case
            when typed.form_reason is not null then typed.form_reason
            when practice.practice_code is null then 'unknown practice'
            when
                typed.date_of_birth > {{ date_variable('extract_date') }}
                or typed.registration_start_date > {{ date_variable('extract_date') }}
                or typed.date_of_death > {{ date_variable('extract_date') }}
                then 'in the future'
            when typed.date_of_death < typed.date_of_birth then 'before birth'
            when typed.date_of_birth < {{ dbt.dateadd('year', -120, date_variable('extract_date')) }}
                then 'implausible value'
        end as row_reason
    from typed
    left join practice on upper(typed.practice_code) = practice.practice_code
    left join sex on lower(typed.sex) = sex.recorded
    left join ethnic_category on upper(typed.ethnic_category) = ethnic_category.ethnic_category
),

numbered as (
    select
        *,
        row_number() over (
            partition by patient_id, practice_code, registration_start_date, row_reason is null
            -- Of several rows one with a death is accepted, then a regular registration, then one that lasts.
            -- An opt-out counts in whichever row it is.
            order by
                case when date_of_death is null then 1 else 0 end,
                case when {{ is_regular_registration('registration_type') }} then 0 else 1 end,
                case when registration_end_date is null then 0 else 1 end,
                registration_end_date desc,
                type_1_opt_out desc,
                is_sensitive desc,
                national_data_opt_out desc,
                {{ nulls_last([
                    'date_of_death', 'date_of_birth', 'sex', 'ethnic_category', 'lsoa_code', 'registration_type',
                ]) }}
        ) as copy_number
    from standardised
),

decided as (
    select
        *,
        case
            when row_reason is not null then row_reason
            when copy_number > 1 then 'duplicate patient_id'
        end as rejection_reason
    from numbered
)

select
    patient_id,
    date_of_birth,
    sex,
    ethnic_category,
    lsoa_code,
    practice_code,
    registration_start_date,
    registration_end_date,
    registration_type,
    date_of_death,
    type_1_opt_out,
    national_data_opt_out,
    is_sensitive,
    rejection_reason,
    {{ original_values('patient') }} as received
from decided
