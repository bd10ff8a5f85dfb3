{#
    Whether a registration is a regular one, the only kind that makes a patient of the practice.
    Arguments: registration_type, an expression: the type in lower case; null is taken for regular.
    Source: NCL ICB's published models (episodes of the type Regular).
#}
{% macro is_regular_registration(registration_type) -%}
    coalesce({{ registration_type }}, 'regular') in ('regular', 'r', 'gms', 'regular/gms')
{%- endmacro %}
