{{ config(materialized='by_patient') }}

{{ checked_events('observation', after=ref('base_condition')) }}
