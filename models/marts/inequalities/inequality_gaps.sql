{{ config(materialized='incremental') }}

{{ inequality_gaps(ref('inequality_metrics')) }}
