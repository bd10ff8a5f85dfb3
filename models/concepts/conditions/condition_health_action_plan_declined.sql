{{ condition_concept(diagnosis=ref('codelist_health_action_plan_declined')) }}
