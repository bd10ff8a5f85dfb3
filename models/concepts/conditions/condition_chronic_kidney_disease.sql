{{ condition_concept(
    diagnosis=ref('codelist_chronic_kidney_disease_stage_3_to_5'),
    resolved=[ref('codelist_chronic_kidney_disease_stage_1_to_2'), ref('codelist_chronic_kidney_disease_resolved')],
    holds_if=[of_age(at_least=18)]
) }}
