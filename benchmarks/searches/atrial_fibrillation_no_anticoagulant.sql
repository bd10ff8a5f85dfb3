-- People with atrial fibrillation at risk of stroke (CHA2DS2-VASc 2 or more), without an anticoagulant in 6 months.
with
vascular_disease as (
    select list, patient_id
    from condition_entries(['stroke', 'transient_ischaemic_attack', 'coronary_heart_disease', 'peripheral_arterial_disease'])
),
scored as (
    select
        patient_id,
        patient_id in (select patient_id from vascular_disease where list in ('stroke', 'transient_ischaemic_attack'))
        or age >= 75 as scores_two,
        cast(patient_id in (from active_condition('heart_failure', 'heart_failure_resolved')) as integer)
        + cast(age >= 18 and patient_id in (from active_condition('hypertension', 'hypertension_resolved')) as integer)
        + cast(age between 65 and 74 as integer)
        + cast(age >= 17 and patient_id in (from active_condition('diabetes', 'diabetes_resolved')) as integer)
        + cast(patient_id in (
            select patient_id from vascular_disease where list in ('coronary_heart_disease', 'peripheral_arterial_disease')
        ) as integer)
        + cast(coalesce(sex = 'female', false) as integer) as score
    from registered
    where patient_id in (from active_condition('atrial_fibrillation', 'atrial_fibrillation_resolved'))
)
select patient_id
from scored
where
    (scores_two or score >= 2)
    and patient_id not in (
        select patient_id from medication_entries(['oral_anticoagulant']) where event_date > date '2026-04-30'
    )
