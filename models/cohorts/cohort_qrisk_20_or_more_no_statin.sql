{{ cohort_search([
    ('Latest QRISK 20% or more', latest_value('qrisk_score', at_least=20)),
    ('No statin in 12 months',   none_of(prescribed('statin', within='12 months'))),
]) }}
