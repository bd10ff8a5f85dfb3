{{ condition_concept(diagnosis=ref('codelist_asplenia')) }}
