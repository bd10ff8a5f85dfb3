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
        'cohort_influenza_clinical_risk_group',
        'cohort_influenza_eligible_aged_65_or_over',
        'cohort_influenza_eligible_at_risk_18_to_64',
        'cohort_influenza_eligible_aged_2_or_3',
        'cohort_influenza_eligible_not_vaccinated',
        'cohort_covid_19_eligible',
        'cohort_covid_19_eligible_not_vaccinated',
        'cohort_pneumococcal_vaccination_due',
        'cohort_shingles_vaccination_due',
        'cohort_respiratory_syncytial_virus_vaccination_due',
        'cohort_aged_5_without_two_mmr_vaccinations',
        'cohort_nhs_health_check_eligible',
        'cohort_nhs_health_check_due',
        'cohort_cervical_screening_eligible',
        'cohort_cervical_screening_overdue',
        'cohort_cervical_screening_overdue_core20',
        'cohort_severe_mental_illness_health_check_incomplete',
        'cohort_severe_mental_illness_core20_health_check_incomplete',
        'cohort_learning_disability_health_check_eligible',
        'cohort_learning_disability_no_health_check_or_plan',
        'cohort_hypertension_not_treated_to_target',
        'cohort_copd_no_pneumococcal_or_influenza_vaccination',
        'cohort_diabetes_hba1c_above_58_no_retinal_or_foot_check',
        'cohort_asthma_six_relievers_no_preventer',
        'cohort_ethnicity_not_recorded',
        'cohort_atrial_fibrillation_at_risk_of_stroke',
        'cohort_atrial_fibrillation_no_anticoagulant',
        'cohort_chronic_kidney_disease_no_urine_albumin',
        'cohort_carers_with_depression',
        'cohort_severely_frail_housebound_no_influenza_vaccination',
        'cohort_non_diabetic_hyperglycaemia_no_hba1c',
        'cohort_obesity_hypertension_no_health_check',
        'cohort_polypharmacy_no_structured_medication_review',
        'cohort_homeless_or_asylum_seeker_no_health_check',
        'cohort_learning_disability_and_severe_mental_illness_no_influenza_vaccination',
        'cohort_bmi_40_or_more_no_influenza_vaccination',
        'cohort_cardiovascular_disease_ldl_above_target',
        'cohort_qrisk_20_or_more_no_statin',
        'cohort_pregnant_current_smokers',
    ] %}
    {% do check_every_one_is_gathered(
        names, 'cohorts', 'macros/cohort_search/cohorts.sql', 'models/marts/cohorts/cohort_flags.yml'
    ) %}
    {{ return(names) }}
{% endmacro %}


{#
    Stops the build if a model of a layer has no line in the list that the marts gather.
    Arguments: names, the list; layer, the folder of the models; list, the file that holds the list;
    flags, another file that wants the name, none if there is none.
#}
{% macro check_every_one_is_gathered(names, layer, list, flags=none) %}
    {% for node in graph.get('nodes', {}).values() if execute and node.resource_type == 'model' %}
        {% if node.fqn[1] == layer and node.name not in names %}
            {{ exceptions.raise_compiler_error(
                node.name ~ " is in no mart: add the line '" ~ node.name ~ "', to the list in " ~ list
                ~ (', and the column ' ~ node.name ~ ' to ' ~ flags if flags else '') ~ '.'
            ) }}
        {% endif %}
    {% endfor %}
{% endmacro %}
