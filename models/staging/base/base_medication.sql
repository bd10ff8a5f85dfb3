{{ config(materialized='by_patient') }}

{{ checked_events('medication') }}
