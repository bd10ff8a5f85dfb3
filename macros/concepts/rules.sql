{#
    Rules of a condition, for the argument holds_if of condition_concept: what must be true of a
    patient whose diagnosis is active. Each returns a condition on the CTE `active`, one row per
    patient: patient_number, first_age (age in completed years at the first diagnosis), first_active_date
    (of the diagnoses that nothing has resolved since).
#}

{#
    The patient's age in completed years is in the closed range.
    Arguments: at_least, at_most; on, the day of that age (yyyy-mm-dd), none for the as-of date.
#}
{% macro of_age(at_least, at_most=none, on=none) %}
    {% set age = age_in_years('date_of_birth', date_literal(iso_date(on, 'of_age: on')) if on else as_of_date()) %}
    {{ return(
        'patient_number in (select patient_number from ' ~ ref('patient_number') ~ ' where ' ~ age
        ~ ' >= ' ~ at_least ~ (' and ' ~ age ~ ' <= ' ~ at_most if at_most is not none else '') ~ ')'
    ) }}
{% endmacro %}


{# The first diagnosis was made at this age, in completed years, or later. #}
{% macro first_diagnosed_aged(at_least) %}
    {{ return('first_age >= ' ~ at_least) }}
{% endmacro %}


{# The first diagnosis that nothing has resolved was made before this day (yyyy-mm-dd). #}
{% macro first_diagnosed_before(date) %}
    {{ return('first_active_date < ' ~ date_literal(iso_date(date, 'first_diagnosed_before'))) }}
{% endmacro %}


{# There is one of these entries. Arguments: entries, a select (see entries.sql). #}
{% macro has(entries) %}
    {{ return('patient_number in (select patient_number from (' ~ entries ~ ') as having_entry)') }}
{% endmacro %}


{#
    One of these entries lies near a day of the patient's.
    Arguments: entries, a select (see entries.sql); day_of, a select of the days; days_before and
    days_after, how far from one an entry may lie.
#}
{% macro has_near(entries, day_of, days_before, days_after) %}
    {{ return(
        'patient_number in (select entry_near.patient_number from (' ~ entries ~ ') as entry_near inner join (' ~ day_of
        ~ ') as day_of on entry_near.patient_number = day_of.patient_number and entry_near.event_date between '
        ~ dbt.dateadd('day', -days_before, 'day_of.event_date') ~ ' and ' ~ dbt.dateadd('day', days_after, 'day_of.event_date') ~ ')'
    ) }}
{% endmacro %}


{# The day of the first diagnosis that nothing has resolved, for has_near. #}
{% macro first_active_diagnosis() %}
    {{ return('select patient_number, first_active_date as event_date from active') }}
{% endmacro %}


{# All of these rules; at least one; none. #}
{% macro all_rules() %}
    {{ return('(' ~ varargs | join(' and ') ~ ')') }}
{% endmacro %}

{% macro any_rule() %}
    {{ return('(' ~ varargs | join(' or ') ~ ')') }}
{% endmacro %}

{% macro no_rule() %}
    {{ return('not ' ~ any_rule(*varargs)) }}
{% endmacro %}
