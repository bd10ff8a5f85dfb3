-- A hidden count looks the same whatever hid it: null, and so is whatever rests on it. No small count is shown.
with
metric as (
    select * from {{ ref('published_inequality_metrics') }}
    where as_of_date = {{ as_of_date() }}
),

achievement as (
    select * from {{ ref('published_des_achievement') }}
    where as_of_date = {{ as_of_date() }}
),

faults as (
    select
        'published_inequality_metrics' as table_name,
        measure as measure,
        area_code,
        dimension_group
    from metric
    where
        is_suppressed != (numerator is null or denominator is null)
        or (
            is_suppressed and (
                proportion is not null or proportion_lower is not null or proportion_upper is not null
                or difference is not null or difference_lower is not null or difference_upper is not null
                or ratio is not null or ratio_lower is not null or ratio_upper is not null
                or rest_difference is not null or rest_difference_lower is not null or rest_difference_upper is not null
                or excess_patients is not null or comparison != 'not compared' or area_comparison != 'not compared'
            )
        )
        or standardised_rate is not null or standardised_rate_lower is not null or standardised_rate_upper is not null
        {%- if disclosure_policy() != 'midpoint6' %}
        or numerator between 1 and 7 or denominator between 1 and 7
        {%- endif %}
        {%- if disclosure_policy() == 'exact_totals' %}
        or denominator - numerator between 1 and 7
        {%- endif %}
    union all
    select
        'published_des_achievement' as table_name,
        indicator as measure,
        area_code,
        '' as dimension_group
    from achievement
    where
        is_suppressed != (numerator is null or denominator is null)
        or (
            is_suppressed and (
                achievement is not null or patients_to_lower_threshold is not null
                or patients_to_upper_threshold is not null or projected_achievement is not null
            )
        )
        {%- if disclosure_policy() != 'midpoint6' %}
        or numerator between 1 and 7 or denominator between 1 and 7 or excluded between 1 and 7
        {%- endif %}
)

select * from faults
