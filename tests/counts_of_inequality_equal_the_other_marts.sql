-- Of the whole ICB: what inequality counts is what the searches and the contract's mart count.
with
everyone as (
    select
        as_of_date,
        measure,
        denominator,
        numerator
    from {{ ref('inequality_counts_by_group') }}
    where area_type = 'icb' and dimension = 'all'
),

registered as (
    select
        as_of_date,
        count(*) as patients
    from {{ ref('dim_patient') }}
    group by as_of_date
),

cohort as (
    select
        as_of_date,
        cohort as measure,
        count(*) as members
    from {{ ref('cohort_membership') }}
    group by as_of_date, cohort
),

indicator as (
    select
        as_of_date,
        indicator as measure,
        count(case when status != 'excluded' then 1 end) as denominator,
        count(case when status = 'achieved' then 1 end) as numerator
    from {{ ref('indicator_status') }}
    group by as_of_date, indicator
),

expected as (
    select
        everyone.*,
        case
            when dim_measure.measure_type = 'cohort' then registered.patients
            else coalesce(indicator.denominator, 0)
        end as expected_denominator,
        coalesce(cohort.members, indicator.numerator, 0) as expected_numerator
    from everyone
    inner join {{ ref('dim_measure') }} as dim_measure on everyone.measure = dim_measure.measure
    left join registered on everyone.as_of_date = registered.as_of_date
    left join cohort
        on
            everyone.as_of_date = cohort.as_of_date
            and everyone.measure = cohort.measure
    left join indicator
        on
            everyone.as_of_date = indicator.as_of_date
            and everyone.measure = indicator.measure
)

select * from expected
where
    -- Who has opted out since leaves the earlier slices of the marts of patients, and stays in their counts.
    as_of_date = {{ as_of_date() }}
    and (denominator != expected_denominator or numerator != expected_numerator)
