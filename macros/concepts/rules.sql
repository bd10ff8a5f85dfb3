{% macro of_age(at_least, at_most=none, on=none) %}
    {% set age = age_in_years('date_of_birth', date_literal(iso_date(on, 'of_age: on')) if on else as_of_date()) %}
    {{ return(
        'patient_number in (select patient_number from ' ~ ref('patient_number') ~ ' where ' ~ age
        ~ ' >= ' ~ at_least ~ (' and ' ~ age ~ ' <= ' ~ at_most if at_most is not none else '') ~ ')'
    ) }}
{% endmacro %}

{% macro first_diagnosed_aged(at_least) %}{{ return('first_age >= ' ~ at_least) }}{% endmacro %}

{% macro first_diagnosed_before(date) %}
    {{ return('first_active_date < ' ~ date_literal(iso_date(date, 'first_diagnosed_before'))) }}
{% endmacro %}

{% macro has(entries) %}
    {{ return('patient_number in (select patient_number from (' ~ entries ~ ') as having_entry)') }}
{% endmacro %}

{% macro has_near(entries, day_of, days_before, days_after) %}
    {{ return(
        'patient_number in (select entry_near.patient_number from (' ~ entries ~ ') as entry_near inner join (' ~ day_of
        ~ ') as day_of on entry_near.patient_number = day_of.patient_number and entry_near.event_date between '
        ~ dbt.dateadd('day', -days_before, 'day_of.event_date') ~ ' and ' ~ dbt.dateadd('day', days_after, 'day_of.event_date') ~ ')'
    ) }}
{% endmacro %}

{% macro first_active_diagnosis() %}
    {{ return('select patient_number, first_active_date as event_date from active') }}
{% endmacro %}

{% macro all_rules() %}{{ return('(' ~ varargs | join(' and ') ~ ')') }}{% endmacro %}
{% macro any_rule() %}{{ return('(' ~ varargs | join(' or ') ~ ')') }}{% endmacro %}
{% macro no_rule() %}{{ return('not ' ~ any_rule(*varargs)) }}{% endmacro %}
