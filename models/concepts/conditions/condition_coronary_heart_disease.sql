{{ condition_concept(diagnosis=ref('codelist_coronary_heart_disease')) }}
