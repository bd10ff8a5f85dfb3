{{ condition_concept(diagnosis=ref('codelist_familial_hypercholesterolaemia')) }}
