-- Women aged 25 to 64 who are overdue for cervical screening: after 42 months, from the age of 50 after 66.
with
entry as (
    select
        patient_id,
        max(event_date) filter (list = 'cervical_screening') as screened,
        max(event_date) filter (list = 'cervical_screening_declined') as declined,
        bool_or(list = 'cervical_screening_unsuitable') as is_unsuitable
    from condition_entries([
        'cervical_screening', 'cervical_screening_declined', 'cervical_screening_unsuitable'
    ])
    group by patient_id
)
select patient_id
from registered
left join entry using (patient_id)
where
    sex = 'female'
    and age between 25 and 64
    and not coalesce(is_unsuitable, false)
    and (screened is null or screened <= if(age <= 49, date '2023-04-30', date '2021-04-30'))
    and (declined is null or declined <= date '2025-10-31')
