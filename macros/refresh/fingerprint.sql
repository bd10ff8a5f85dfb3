{#
    A number that stands for the values of a row: another row has another one, but for a chance of one in 2^64.
    Arguments: columns, a list of expressions.
#}
{% macro row_fingerprint(columns) %}
    {{ return(adapter.dispatch('row_fingerprint')(columns)) }}
{% endmacro %}

{% macro duckdb__row_fingerprint(columns) %}
    {{ return('hash(' ~ columns | join(', ') ~ ')') }}
{% endmacro %}


{# The patient that a row belongs to, rows without any together: text, never null. Arguments: patient_id, an expression. #}
{% macro patient_key(patient_id) -%}
    coalesce({{ to_text(patient_id) }}, '')
{%- endmacro %}


{# Whether a row of a table of events is dated after the extract, which is judged anew with every extract date. #}
{% macro is_in_the_future(table) -%}
    coalesce(
        {{ 'event_date' if 'event_date' in already_typed(table) else to_date('event_date') }}
        > {{ date_variable('extract_date') }}, false
    )
{%- endmacro %}


{# The files of the extract as they are now: see state_of_files. #}
{% macro state_of_extract() %}
    {% set files = [] %}
    {% for table in extract_contract() %}
        {% set file = extract_file(table, required=false) %}
        {% if file %}{% do files.append(file) %}{% endif %}
    {% endfor %}
    {{ return(state_of_files(files)) }}
{% endmacro %}
