{{ condition_concept(diagnosis=ref('codelist_chronic_heart_disease')) }}
