{{ condition_concept(
    diagnosis=ref('codelist_severe_mental_illness'),
    or_entries=issues_of(ref('codelist_lithium'), within='6 months')
) }}
