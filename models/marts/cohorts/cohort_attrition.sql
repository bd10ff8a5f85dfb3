{{ config(materialized='incremental') }}

{%- for cohort in gathered('cohorts') %}
{{ 'union all' if not loop.first }}
select
    as_of_date,
    '{{ cohort }}' as cohort,
    step,
    criterion,
    patients
from {{ attrition_of(ref(cohort)) }}
where as_of_date = {{ as_of_date() }}
{%- endfor %}
