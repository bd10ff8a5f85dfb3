{{ config(materialized='incremental') }}

{{ inequality_metrics(ref('inequality_counts_by_group')) }}
