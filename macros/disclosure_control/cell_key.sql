{#
    Keys, on which the noise of published counts rests. A patient's record key is a hash of the secret; the key of a cell is the
    sum of those of its patients. So the same patients have the same key wherever they are counted, and nobody without the
    secret knows it.
    Source: cell key perturbation, Office for National Statistics and Australian Bureau of Statistics.
#}

{#
    The record key of a patient.
    Arguments: patient_id.
    Result: a whole number of 64 bits without a sign, in a type in which those of a population add up exactly.
#}
{% macro record_key(patient_id) -%}
    {{ adapter.dispatch('number_of_hex')('substring(' ~ keyed_hash('record key', patient_id) ~ ', 1, 16)') }}
{%- endmacro %}

{% macro duckdb__number_of_hex(digits) -%}
    cast(cast(concat('0x', {{ digits }}) as ubigint) as hugeint)
{%- endmacro %}


{#
    The key of a cell.
    Arguments: keys, the sum of the record keys of its patients, or the difference of two cell keys.
    Result: that number modulo 2^64, not negative.
#}
{% macro cell_key(keys) -%}
    {{ adapter.dispatch('cell_key')(keys) }}
{%- endmacro %}

{# The last 64 bits, also of a negative number: DuckDB's division of numbers of 128 bits takes fifty times as long. #}
{% macro duckdb__cell_key(keys) -%}
    (({{ keys }}) & 18446744073709551615)
{%- endmacro %}


{#
    A hash of the secret and a text: SHA-256, 64 hexadecimal digits.
    Arguments: purpose, a word that keeps hashes for different purposes apart; value, an expression, text or a number.
#}
{% macro keyed_hash(purpose, value) -%}
    {{ adapter.dispatch('sha256_hex')("concat_ws('|', '" ~ purpose ~ "', " ~ disclosure_key() ~ ", " ~ value ~ ")") }}
{%- endmacro %}

{% macro duckdb__sha256_hex(value) -%}
    sha256({{ value }})
{%- endmacro %}
