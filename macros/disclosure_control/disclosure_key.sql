{#
    The secret on which the noise of published counts rests, as an expression: text of 32 characters or more. The engine asks
    for it once for a statement, and the statement does not show it (tools/disclosure_key.py says what it is). A unit test
    overrides this macro.
    Result: an expression, to be used inside a hash and nowhere else.
    Errors: when the statement runs, PHM_DISCLOSURE_KEY is too short.
#}
{% macro disclosure_key() -%}
    {{ adapter.dispatch('disclosure_key')() }}
{%- endmacro %}

{% macro duckdb__disclosure_key() -%}
    phm_disclosure_key()
{%- endmacro %}


{# What tells one secret from another and nothing of either, as an expression: text. #}
{% macro disclosure_key_id() -%}
    {{ adapter.dispatch('disclosure_key_id')() }}
{%- endmacro %}

{% macro duckdb__disclosure_key_id() -%}
    phm_disclosure_key_id()
{%- endmacro %}
