-- How many patients are on each QOF register, beside England's order of magnitude?
-- A register far from it points at the codelists (starters hold a handful of codes) or the extract;
-- obesity is above England's because that counts only a BMI of the last 12 months.
{% set concepts = [
    'asthma', 'atrial_fibrillation', 'cancer', 'chronic_kidney_disease', 'copd', 'coronary_heart_disease', 'dementia',
    'depression', 'diabetes', 'epilepsy', 'heart_failure', 'hypertension', 'learning_disability',
    'non_diabetic_hyperglycaemia', 'obesity', 'osteoporosis', 'palliative_care', 'peripheral_arterial_disease',
    'rheumatoid_arthritis', 'severe_mental_illness', 'stroke_or_tia',
] %}

with
registered_patient as (
    select * from {{ ref('registered_patient') }}
),

qof_register as (
    select * from {{ ref('ref_qof_register') }}
),

on_register as (
    {%- for concept in concepts %}
    {{ 'union all' if not loop.first }}
    select
        patient_number,
        '{{ concept }}' as concept
    from {{ ref('condition_' ~ concept) }}
    where is_active
    {%- endfor %}
),

counted as (
    select
        qof_register.register,
        qof_register.title,
        qof_register.minimum_age,
        qof_register.published_percent,
        count(*) as registered_patients,
        count(on_register.patient_number) as patients_on_register
    from qof_register
    inner join registered_patient on qof_register.minimum_age <= registered_patient.age
    left join on_register
        on
            qof_register.concept = on_register.concept
            and registered_patient.patient_number = on_register.patient_number
    group by
        qof_register.register, qof_register.title, qof_register.minimum_age, qof_register.published_percent
)

select
    register,
    title,
    minimum_age,
    registered_patients,
    patients_on_register,
    round(100.0 * patients_on_register / registered_patients, 1) as percent,
    published_percent
from counted
order by published_percent desc, register asc
