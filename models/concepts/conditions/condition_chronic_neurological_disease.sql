{{ condition_concept(diagnosis=ref('codelist_chronic_neurological_disease')) }}
