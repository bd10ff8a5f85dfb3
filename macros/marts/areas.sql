{#
    The areas by which marts count, from the widest: a list of (area_type, its code as an expression on
    dim_patient). What belongs to no network or place is in the area 'unknown', so that every level adds
    up to the same total.
#}
{% macro areas() %}
    {{ return([
        ('icb', text_literal(var('icb_code'))),
        ('place', "coalesce(patient.place, 'unknown')"),
        ('pcn', "coalesce(patient.pcn_code, 'unknown')"),
        ('practice', 'patient.practice_code'),
    ]) }}
{% endmacro %}
