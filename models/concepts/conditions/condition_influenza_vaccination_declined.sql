{{ condition_concept(diagnosis=ref('codelist_influenza_vaccination_declined')) }}
