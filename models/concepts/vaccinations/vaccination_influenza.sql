{{ vaccination_concept(codelist=ref('codelist_influenza_vaccination')) }}
