{{ config(materialized='incremental') }}

with
indicator_status as (
    select * from {{ ref('indicator_status') }}
    where as_of_date = {{ as_of_date() }}
),

indicator as (
    select * from {{ ref('dim_indicator') }}
),

patient as (
    select * from {{ ref('dim_patient') }}
    where as_of_date = {{ as_of_date() }}
),

threshold_by_recency as (
    select
        *,
        row_number() over (
            partition by indicator
            order by financial_year desc
        ) as recency
    from {{ ref('ref_indicator_threshold') }}
    where financial_year <= '{{ financial_year() }}'
),

status_by_area as (
    {%- for area_type, area_code in areas() %}
    {{ 'union all' if not loop.first }}
    select
        indicator_status.as_of_date,
        indicator_status.indicator,
        '{{ area_type }}' as area_type,
        {{ area_code }} as area_code,
        indicator_status.status
    from indicator_status
    inner join patient on indicator_status.patient_id = patient.patient_id
    {%- endfor %}
),

counted as (
    select
        as_of_date,
        indicator,
        area_type,
        area_code,
        count(case when status != 'excluded' then 1 end) as denominator,
        count(case when status = 'excluded' then 1 end) as excluded,
        count(case when status = 'achieved' then 1 end) as numerator
    from status_by_area
    group by as_of_date, indicator, area_type, area_code
)

select
    counted.as_of_date,
    counted.indicator,
    counted.area_type,
    counted.area_code,
    counted.denominator,
    counted.excluded,
    counted.numerator,
    counted.numerator / cast(nullif(counted.denominator, 0) as double) as achievement,
    threshold.financial_year as threshold_year,
    threshold.lower_percent / 100e0 as lower_threshold,
    threshold.upper_percent / 100e0 as upper_threshold,
    {{ patients_to_threshold('threshold.lower_percent') }} as patients_to_lower_threshold,
    {{ patients_to_threshold('threshold.upper_percent') }} as patients_to_upper_threshold,
    case
        when indicator.counted_over != 'at any time' and counted.denominator > 0
            then least(
                1e0, counted.numerator / cast(counted.denominator as double)
                / {{ share_of_period('indicator.counted_over') }}
            )
    end as projected_achievement
from counted
inner join indicator on counted.indicator = indicator.indicator
left join threshold_by_recency as threshold
    on
        indicator.contract_id = threshold.indicator
        and threshold.recency = 1
