{#- As des_achievement, from released counts. -#}
with
counted as (
    select * from {{ ref('released_counts') }}
    where
        as_of_date = {{ as_of_date() }}
        and dimension = 'all'
),

achievement as (
    select * from {{ ref('des_achievement') }}
    where as_of_date = {{ as_of_date() }}
),

indicator as (
    select * from {{ ref('dim_indicator') }}
),

indicator_status as (
    select * from {{ ref('indicator_status') }}
    where
        as_of_date = {{ as_of_date() }}
        and status = 'excluded'
),

national_data_opt_out_patient as (
    select * from {{ ref('national_data_opt_out_patient') }}
),

excluded_patient as (
    select
        indicator_status.indicator,
        count(*) as excluded
    from indicator_status
    left join national_data_opt_out_patient
        on indicator_status.patient_id = national_data_opt_out_patient.patient_id
    where national_data_opt_out_patient.patient_id is null
    group by indicator_status.indicator
)

select
    achievement.as_of_date,
    achievement.indicator,
    achievement.area_type,
    achievement.area_code,
    counted.denominator,
    {% if disclosure_policy() == 'exact_totals' -%}
    -- The denominator could be subtracted from that of another measure of the same patients.
    cast(null as {{ dbt.type_bigint() }}) as excluded,
    {%- else -%}
    -- Of smaller areas they could be added up.
    case
        when achievement.area_type = 'icb'
            then {{ released_count('coalesce(excluded_patient.excluded, 0)') | indent(12) }}
    end as excluded,
    {%- endif %}
    counted.numerator,
    {{ proportion('counted.numerator', 'counted.denominator') }} as achievement,
    achievement.threshold_year,
    achievement.lower_threshold,
    achievement.upper_threshold,
    case
        when not counted.is_suppressed
            then {{ patients_to_threshold('cast(round(100 * achievement.lower_threshold) as integer)') | indent(12) }}
    end as patients_to_lower_threshold,
    case
        when not counted.is_suppressed
            then {{ patients_to_threshold('cast(round(100 * achievement.upper_threshold) as integer)') | indent(12) }}
    end as patients_to_upper_threshold,
    case
        when indicator.counted_over != 'at any time' and not counted.is_suppressed and counted.denominator > 0
            then least(
                1e0, counted.numerator / cast(counted.denominator as double)
                / {{ share_of_period('indicator.counted_over') }}
            )
    end as projected_achievement,
    coalesce(counted.is_suppressed, true) as is_suppressed
from achievement
inner join indicator on achievement.indicator = indicator.indicator
left join counted
    on
        achievement.indicator = counted.measure
        and achievement.area_type = counted.area_type
        and achievement.area_code = counted.area_code
left join excluded_patient on achievement.indicator = excluded_patient.indicator
