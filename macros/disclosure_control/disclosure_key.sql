{% macro disclosure_key() %}{{ adapter.dispatch('disclosure_key')() }}{% endmacro %}
{% macro duckdb__disclosure_key() %}phm_disclosure_key(){% endmacro %}

{% macro check_disclosure_key() %}
    {% set problem = adapter.dispatch('disclosure_key_problem')() %}
    {% if problem %}{% do stop(problem) %}{% endif %}
{% endmacro %}

{% macro duckdb__disclosure_key_problem() %}
    {{ return(run_query('select phm_disclosure_key_problem()').rows[0][0]) }}
{% endmacro %}
