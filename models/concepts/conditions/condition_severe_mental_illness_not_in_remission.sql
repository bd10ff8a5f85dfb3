{{ condition_concept(
    diagnosis=ref('codelist_severe_mental_illness'),
    resolved=ref('codelist_severe_mental_illness_remission')
) }}
