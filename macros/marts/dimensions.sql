{% macro dimensions() %}
    {{ return([
        ('all', "'all'"),
        ('deprivation_quintile', "coalesce(cast(patient.imd_quintile as " ~ dbt.type_string() ~ "), 'unknown')"),
        ('deprivation_decile', "coalesce(cast(patient.imd_decile as " ~ dbt.type_string() ~ "), 'unknown')"),
        ('core20', "case patient.is_core20 when true then 'core20' when false then 'not core20' else 'unknown' end"),
        ('ethnic_group', "coalesce(patient.ethnic_group, 'unknown')"),
        ('sex', "coalesce(patient.sex, 'unknown')"),
        ('age_band', "coalesce(patient.age_band, 'unknown')"),
        ('rural_urban', "coalesce(patient.rural_urban, 'unknown')"),
    ]) }}
{% endmacro %}
