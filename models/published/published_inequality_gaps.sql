{{ config(materialized='incremental') }}

{{ inequality_gaps(ref('published_inequality_metrics'), are_released=true) }}
