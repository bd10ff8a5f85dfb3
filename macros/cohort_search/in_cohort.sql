{#
    True when another search finds the patient.
    Arguments: name, of a model cohort_<name>, with or without the prefix.
    Errors: an unknown search or argument; dbt itself refuses a search that comes back to itself
    through others ("Found a cycle").
#}
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
