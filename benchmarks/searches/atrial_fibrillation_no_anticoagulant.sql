-- People with atrial fibrillation at risk of stroke (CHA2DS2-VASc 2 or more), no anticoagulant in 6 months.
with
stroke as (
    select patient_id from condition_entries(['stroke', 'transient_ischaemic_attack'])
),
vascular_disease as (
    select patient_id from condition_entries(['coronary_heart_disease', 'peripheral_arterial_disease'])
),
at_risk as (
    select
        patient_id, age, sex,
        patient_id in (from stroke) as had_stroke,
        patient_id in (from vascular_disease) as has_vascular_disease,
        patient_id in (from active_condition('heart_failure', 'heart_failure_resolved')) as has_heart_failure,
        patient_id in (from active_condition('hypertension', 'hypertension_resolved')) as has_hypertension,
        patient_id in (from active_condition('diabetes', 'diabetes_resolved')) as has_diabetes
    from registered
    where patient_id in (from active_condition('atrial_fibrillation', 'atrial_fibrillation_resolved'))
)
select patient_id
from at_risk
where
    (
        had_stroke
        or age >= 75
        or has_heart_failure::int
        + (has_hypertension and age >= 18)::int
        + (age between 65 and 74)::int
        + (has_diabetes and age >= 17)::int
        + has_vascular_disease::int
        + coalesce(sex = 'female', false)::int >= 2
    )
    and patient_id not in (
        select patient_id from medication_entries(['oral_anticoagulant']) where event_date > date '2026-04-30'
    )
