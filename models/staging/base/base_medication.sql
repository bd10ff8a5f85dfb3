{{ config(materialized='by_patient') }}

{{ checked_events('medication', after=ref('base_observation')) }}
