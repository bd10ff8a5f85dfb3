{#
    Every indicator that the marts gather, in the order in which they show it. A new indicator is a
    new line here; one that is missing stops the build and the message says where its line goes.
    Result: a list of model names.
    Errors: a model indicator_<id>_<name> that is not in the list.
#}
{% macro indicators() %}
    {% set names = [
        'indicator_hi_01_learning_disability_health_check',
        'indicator_hi_02_ethnicity_recording',
        'indicator_hi_03_learning_disability_health_check_and_ethnicity',
        'indicator_ld_learning_disability_register',
        'indicator_smi_physical_health_check',
        'indicator_vi_01_influenza_aged_65_or_over',
        'indicator_vi_02_influenza_at_risk_18_to_64',
        'indicator_vi_03_influenza_aged_2_or_3',
        'indicator_cvd_01_raised_blood_pressure_follow_up',
        'indicator_cvd_02_hypertension_register',
        'indicator_cvd_03_qrisk_statin',
        'indicator_cvd_05_atrial_fibrillation_anticoagulant',
        'indicator_core20plus5_copd_vaccination',
        'indicator_core20plus5_hypertension_to_target',
        'indicator_core20plus5_lipids_to_target',
        'indicator_core20plus5_asthma_children_relievers',
        'indicator_core20plus5_diabetes_children_hba1c',
        'indicator_core20plus5_smokers_offered_support',
    ] %}
    {% do check_every_one_is_gathered(names, 'indicators', 'macros/indicators/indicators.sql') %}
    {{ return(names) }}
{% endmacro %}
