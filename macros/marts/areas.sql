{% macro areas() %}
    {{ return([
        ('icb', text_literal(setting('icb_code'))),
        ('place', "coalesce(patient.place, 'unknown')"),
        ('pcn', "coalesce(patient.pcn_code, 'unknown')"),
        ('practice', 'patient.practice_code'),
    ]) }}
{% endmacro %}
