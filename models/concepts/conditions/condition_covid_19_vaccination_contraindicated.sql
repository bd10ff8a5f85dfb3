{{ condition_concept(diagnosis=ref('codelist_covid_19_vaccination_contraindicated')) }}
