{{ config(materialized='incremental') }}

{{ des_achievement(ref('indicator_counts')) }}
