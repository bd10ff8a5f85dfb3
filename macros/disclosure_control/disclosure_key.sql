{#
    The secret on which the noise of published counts rests, as an expression: text of 32 characters or more. The
    engine asks for it once for a statement, and the statement does not show it (tools/disclosure_key.py says what
    it is). A unit test overrides this macro.
    Result: an expression, to be used inside a hash and nowhere else.
    Errors: when the statement runs, PHM_DISCLOSURE_KEY is too short.
#}
{% macro disclosure_key() -%}
    {{ adapter.dispatch('disclosure_key')() }}
{%- endmacro %}

{% macro duckdb__disclosure_key() -%}
    phm_disclosure_key()
{%- endmacro %}


{# Stops the command if the secret is one that can be guessed. It is not made here. #}
{% macro stop_at_a_bad_key() %}
    {% set problem = adapter.dispatch('disclosure_key_problem')() %}
    {% if problem %}{{ exceptions.raise_compiler_error(problem) }}{% endif %}
{% endmacro %}

{% macro duckdb__disclosure_key_problem() %}
    {{ return(run_query('select phm_disclosure_key_problem()').rows[0][0]) }}
{% endmacro %}
