-- A type 1 opt-out or a sensitive record keeps a patient out of every slice of every mart, direct care apart.
with
opted_out as (
    select patient_id
    from {{ ref('stg_patient') }}
    where type_1_opt_out or is_sensitive
),

shown as (
    select patient_id from {{ ref('dim_patient') }}
    union all
    select patient_id from {{ ref('cohort_membership') }}
    union all
    select patient_id from {{ ref('cohort_recall_list') }}
    union all
    select patient_id from {{ ref('indicator_status') }}
)

select shown.patient_id
from shown
inner join opted_out on shown.patient_id = opted_out.patient_id
where {{ 'false' if is_direct_care() else 'true' }}
