{{ condition_concept(diagnosis=ref('codelist_chronic_liver_disease')) }}
