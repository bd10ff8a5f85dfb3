{% macro record_key(patient_id) -%}
    {{ adapter.dispatch('number_of_hex')('substring(' ~ keyed_hash('record key', patient_id) ~ ', 1, 16)') }}
{%- endmacro %}

{% macro duckdb__number_of_hex(digits) %}cast(cast(concat('0x', {{ digits }}) as ubigint) as hugeint){% endmacro %}
{% macro cell_key(keys) %}{{ adapter.dispatch('cell_key')(keys) }}{% endmacro %}
{% macro duckdb__cell_key(keys) %}(({{ keys }}) & 18446744073709551615){% endmacro %}

{% macro keyed_hash(purpose, value) -%}
    {{ adapter.dispatch('sha256_hex')("concat_ws('|', '" ~ purpose ~ "', " ~ disclosure_key() ~ ", " ~ value ~ ")") }}
{%- endmacro %}

{% macro duckdb__sha256_hex(value) %}sha256({{ value }}){% endmacro %}
