{#
    Whether an entry counts: made by the as-of date, and at an age at which it may be made.
    Arguments: minimum_age, in completed years, none for any age.
    Result: a condition on event_date and age_at_event.
#}
{% macro counts_on_as_of_date(minimum_age=none) -%}
    event_date <= {{ as_of_date() }}
    {%- if minimum_age is not none %} and age_at_event >= {{ minimum_age }}{% endif %}
{%- endmacro %}
