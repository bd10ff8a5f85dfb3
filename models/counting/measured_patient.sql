{{ config(materialized='view') }}

{%- for cohort in gathered('cohorts') %}
{{ 'union all' if not loop.first }}
select '{{ cohort }}' as measure, 'found' as status, patient_number from {{ ref(cohort) }}
{%- endfor %}
{%- for indicator in gathered('indicators') %}
union all
select '{{ indicator }}' as measure, status, patient_number from {{ ref(indicator) }}
{%- endfor %}
