{#
    Whether the warehouse is for the practices that treat the patients: then patients with a type 1
    opt-out or a sensitive record stay in.
    Result: true or false.
    Errors: the variable purpose is neither 'secondary_use' nor 'direct_care'.
#}
{% macro is_direct_care() %}
    {% if var('purpose') not in ['secondary_use', 'direct_care'] %}
        {{ exceptions.raise_compiler_error(
            "The variable purpose is '" ~ var('purpose') ~ "': give 'secondary_use' or 'direct_care'."
        ) }}
    {% endif %}
    {{ return(var('purpose') == 'direct_care') }}
{% endmacro %}
