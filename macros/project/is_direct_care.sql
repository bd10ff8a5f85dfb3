{% macro is_direct_care() %}
    {% if var('purpose') not in ['secondary_use', 'direct_care'] %}
        {% do stop("The variable purpose is '" ~ var('purpose') ~ "': give 'secondary_use' or 'direct_care'.") %}
    {% endif %}
    {{ return(var('purpose') == 'direct_care') }}
{% endmacro %}
