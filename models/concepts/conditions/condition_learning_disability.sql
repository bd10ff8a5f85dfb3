{{ condition_concept(diagnosis=ref('codelist_learning_disability')) }}
