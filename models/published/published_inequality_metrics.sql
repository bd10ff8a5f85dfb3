{{ config(materialized='incremental') }}

{{ inequality_metrics(ref('released_counts'), are_released=true) }}
