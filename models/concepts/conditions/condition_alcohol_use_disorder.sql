{{ condition_concept(diagnosis=ref('codelist_alcohol_use_disorder')) }}
