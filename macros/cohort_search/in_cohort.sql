{% macro in_cohort(name) %}
    {% do check_arguments('in_cohort', kwargs, []) %}
    {% set model = concept_model('in_cohort', name[7:] if name.startswith('cohort_') else name, ['cohort']) %}
    {{ return(block(
        sql=model ~ '.patient_number is not null',
        words="found by the search '" ~ title_of(model) ~ "'",
        evidence=model ~ '.evidence',
        concepts=[model]
    )) }}
{% endmacro %}
