{% macro setting(name) %}
    {% set given = invocation_args_dict.vars or {} %}
    {{ return(given[name] if name in given else env_var('PHM_' ~ name | upper, var(name))) }}
{% endmacro %}
