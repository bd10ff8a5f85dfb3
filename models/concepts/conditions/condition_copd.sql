{% set low_ratio = any_entry(
    entries_of(ref('codelist_fev1_fvc_ratio_low')),
    measurements_of(ref('codelist_fev1_fvc_ratio'), 'event.value >= 0.1 and event.value < 0.7'),
    measurements_of(ref('codelist_fev1_fvc_ratio'), 'event.value >= 10 and event.value < 70')
) %}

{{ condition_concept(
    diagnosis=ref('codelist_copd'),
    resolved=ref('codelist_copd_resolved'),
    holds_if=[any_rule(
        first_diagnosed_before('2023-04-01'),
        has_near(low_ratio, day_of=first_active_diagnosis(), days_before=93, days_after=186),
        has_near(low_ratio, day_of=new_registrations(within='12 months'), days_before=93, days_after=186),
        has(entries_of(ref('codelist_spirometry_unsuitable')))
    )]
) }}
