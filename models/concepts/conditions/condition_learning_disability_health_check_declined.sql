{{ condition_concept(diagnosis=ref('codelist_learning_disability_health_check_declined')) }}
