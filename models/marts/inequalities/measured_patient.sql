{{ config(materialized='view') }}

{%- for cohort in gathered('cohorts') %}
{{ 'union all' if not loop.first }}
select
    as_of_date,
    '{{ cohort }}' as measure,
    patient_id,
    true as is_in_numerator
from {{ ref(cohort) }}
{%- endfor %}
{%- for indicator in gathered('indicators') %}
union all
select
    as_of_date,
    '{{ indicator }}' as measure,
    patient_id,
    status = 'achieved' as is_in_numerator
from {{ ref(indicator) }}
where status != 'excluded'
{%- endfor %}
