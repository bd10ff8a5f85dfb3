{{ condition_concept(diagnosis=ref('codelist_severe_mental_illness')) }}
