{{ condition_concept(diagnosis=ref('codelist_chronic_respiratory_disease')) }}
