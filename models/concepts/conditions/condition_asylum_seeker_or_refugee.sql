{{ condition_concept(diagnosis=ref('codelist_asylum_seeker_or_refugee')) }}
