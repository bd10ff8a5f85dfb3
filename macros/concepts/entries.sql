{% macro entries_of(codelists, counts_from=none) %}
    {{ return(coded_entries(ref('stg_condition'), codelists, counts_from=counts_from)) }}
{% endmacro %}

{% macro issues_of(codelists, within) %}
    {{ return(coded_entries(ref('stg_medication'), codelists, within=within)) }}
{% endmacro %}

{% macro measurements_of(codelists, condition) %}
    {{ return(coded_entries(ref('stg_observation'), codelists, condition='(' ~ condition ~ ')')) }}
{% endmacro %}

{% macro active_diagnoses_of(codelists, resolved) %}
    {{ return(
        'select diagnosis.* from (' ~ entries_of(codelists) ~ ') as diagnosis'
        ~ ' where not exists (select 1 from (' ~ entries_of(resolved) ~ ') as resolution'
        ~ ' where resolution.patient_number = diagnosis.patient_number and resolution.event_date >= diagnosis.event_date)'
    ) }}
{% endmacro %}

{% macro new_registrations(within) -%}
    select
        patient_number.patient_number,
        patient.registration_start_date as event_date
    from {{ ref('stg_patient') }} as patient
    inner join {{ ref('patient_number') }} as patient_number on patient.patient_id = patient_number.patient_id
    where
        {{ is_regular_registration('patient.registration_type') }}
        and patient.registration_start_date > {{ date_literal(window_start('a concept', within)) }}
        and patient.registration_start_date <= {{ as_of_date() }}
        and (patient.registration_end_date is null or patient.registration_end_date >= {{ as_of_date() }})
{%- endmacro %}

{% macro any_entry() %}{{ return(varargs | join('\nunion all\n')) }}{% endmacro %}
