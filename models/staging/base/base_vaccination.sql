{{ config(materialized='by_patient') }}

{{ checked_events('vaccination', after=ref('base_medication')) }}
