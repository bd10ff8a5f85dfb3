-- People with a learning disability aged 14 or over, no health check since April or no plan since it.
with
this_year as (
    select
        patient_id,
        min(event_date) filter (list = 'learning_disability_health_check') as first_check,
        max(event_date) filter (list = 'health_action_plan') as latest_plan
    from condition_entries(['learning_disability_health_check', 'health_action_plan'])
    where event_date >= date '2026-04-01'
    group by patient_id
)
select patient_id
from registered
left join this_year using (patient_id)
where
    age >= 14
    and patient_id in (from active_condition('learning_disability', 'learning_disability_removed'))
    and (first_check is null or latest_plan is null or latest_plan < first_check)
