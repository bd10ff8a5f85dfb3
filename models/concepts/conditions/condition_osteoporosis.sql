{% set confirmed_by_scan = any_rule(
    has(entries_of(ref('codelist_dxa_scan'))),
    has(measurements_of(ref('codelist_dxa_t_score'), 'event.value <= -2.5'))
) %}

{{ condition_concept(
    diagnosis=ref('codelist_osteoporosis'),
    holds_if=[any_rule(
        all_rules(
            of_age(at_least=50, at_most=74),
            has(entries_of(ref('codelist_fragility_fracture'), counts_from='2012-04-01')),
            confirmed_by_scan
        ),
        all_rules(
            of_age(at_least=75),
            has(entries_of(ref('codelist_fragility_fracture'), counts_from='2014-04-01'))
        )
    )]
) }}
