{% macro is_regular_registration(registration_type) -%}
    coalesce({{ registration_type }}, 'regular') in (
        'regular', 'r', 'gms', 'regular/gms', 'fully registered', 'permanent'
    )
{%- endmacro %}
