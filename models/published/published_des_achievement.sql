{{ config(materialized='incremental') }}

{{ des_achievement(ref('released_indicator_counts')) }}
