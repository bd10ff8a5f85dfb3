{#
    A hash of the secret and something else: 64 hexadecimal digits.
    Arguments: purpose, a word that keeps hashes for different purposes apart; value, text.
#}
{% macro keyed_hash(purpose, value) -%}
    {{ sha256_hex("concat_ws('|', '" ~ purpose ~ "', " ~ disclosure_key() ~ ", " ~ value ~ ")") }}
{%- endmacro %}


{# SHA-256 of a text, as 64 hexadecimal digits of lower case. #}
{% macro sha256_hex(value) %}{{ return(adapter.dispatch('sha256_hex')(value)) }}{% endmacro %}

{% macro duckdb__sha256_hex(value) %}{{ return('sha256(' ~ value ~ ')') }}{% endmacro %}


{#
    The record key of a patient: a whole number of 64 bits, without a sign.
    Arguments: patient_id.
    Result: of a type in which keys of a whole population add up exactly.
#}
{% macro record_key(patient_id) %}
    {{ return(adapter.dispatch('number_of_hex')('substring(' ~ keyed_hash('record key', patient_id) ~ ', 1, 16)')) }}
{% endmacro %}

{% macro duckdb__number_of_hex(digits) %}{{ return("cast(cast('0x' || " ~ digits ~ " as ubigint) as hugeint)") }}{% endmacro %}
