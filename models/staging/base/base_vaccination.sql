{{ config(materialized='by_patient') }}

-- One large sort at a time, since two need more memory than an analyst's machine has: depends_on: {{ ref('base_medication') }}

{{ checked_events('vaccination') }}
