{#
    Selects of entries, for the arguments of condition_concept and its rules: patient_number, event_id,
    event_date, age_at_event and term. In all of them codelists is the relation of a codelist, or a
    list of them; an entry after the as-of date never counts.
    Errors, of all: a date that is none, a bad window.
#}

{# Entries among the conditions. Arguments: codelists; counts_from, the first day on which one counts. #}
{% macro entries_of(codelists, counts_from=none) %}
    {{ return(coded_entries(ref('stg_condition'), codelists, counts_from=counts_from)) }}
{% endmacro %}


{# Issues of a medicine. Arguments: codelists; within, '12 months' and so on. #}
{% macro issues_of(codelists, within) %}
    {{ return(coded_entries(ref('stg_medication'), codelists, within=within)) }}
{% endmacro %}


{# Measurements. Arguments: codelists; condition, one on event.value ('event.value <= -2.5'). #}
{% macro measurements_of(codelists, condition) %}
    {{ return(coded_entries(ref('stg_observation'), codelists, condition='(' ~ condition ~ ')')) }}
{% endmacro %}


{#
    Diagnoses that are active: no entry of that day or later has resolved them.
    Arguments: codelists; resolved, the codelists of what resolves them.
#}
{% macro active_diagnoses_of(codelists, resolved) %}
    {{ return(
        'select diagnosis.* from (' ~ entries_of(codelists) ~ ') as diagnosis'
        ~ ' where not exists (select 1 from (' ~ entries_of(resolved) ~ ') as resolution'
        ~ ' where resolution.patient_number = diagnosis.patient_number and resolution.event_date >= diagnosis.event_date)'
    ) }}
{% endmacro %}


{# The day on which patients registered who did so within so long of the as-of date, as entries (patient_number, event_date). #}
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


{# The entries of several selects. #}
{% macro any_entry() %}
    {{ return(varargs | join('\nunion all\n')) }}
{% endmacro %}
