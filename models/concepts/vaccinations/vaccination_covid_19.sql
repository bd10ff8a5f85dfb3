{{ event_concept(
    events=ref('stg_vaccination'),
    codelist=ref('codelist_covid_19_vaccination'),
    counts_from='2020-12-08'
) }}
