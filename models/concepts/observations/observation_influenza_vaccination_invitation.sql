{{ event_concept(
    events=ref('stg_condition'),
    codelist=ref('codelist_influenza_vaccination_invitation')
) }}
