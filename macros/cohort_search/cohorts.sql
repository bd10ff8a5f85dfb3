{#
    Every search that the marts gather, in the order in which they show it. A new search is a new
    line here; a search that is missing stops the build and the message says where its line goes.
    Result: a list of model names.
    Errors: a model cohort_<name> that is not in the list.
#}
{% macro cohorts() %}
    {% set names = [
        'cohort_high_bmi_anxiety_depression_no_covid_vaccination',
        'cohort_smokers_with_copd_or_severe_mental_illness',
        'cohort_raised_blood_pressure_without_hypertension',
        'cohort_learning_disability_no_influenza_vaccination',
        'cohort_diabetes_core20_bmi_35_or_more',
        'cohort_aged_75_or_over_never_covid_vaccinated',
    ] %}
    {% do check_every_cohort_is_in(names) %}
    {{ return(names) }}
{% endmacro %}


{# Stops the build if a search has no line in the list above. #}
{% macro check_every_cohort_is_in(names) %}
    {% for node in graph.get('nodes', {}).values() if execute and node.resource_type == 'model' %}
        {% if node.fqn[1] == 'cohorts' and node.name not in names %}
            {{ exceptions.raise_compiler_error(
                'The search ' ~ node.name ~ " is in no mart: add the line '" ~ node.name ~ "', to the list in "
                ~ 'macros/cohort_search/cohorts.sql, and the column ' ~ node.name
                ~ ' to models/marts/cohorts/cohort_flags.yml.'
            ) }}
        {% endif %}
    {% endfor %}
{% endmacro %}
