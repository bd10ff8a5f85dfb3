{% set columns = 'name, population, area_type, area_code, dimension, dimension_group, wider_patients' -%}
with
dim_measure as (
    select * from {{ ref('dim_measure') }}
),

counted as (
    select * from {{ ref('inequality_counts_by_group') }}
    where as_of_date = {{ as_of_date() }}
),

excluded as (
    select
        indicator,
        area_type,
        area_code,
        published_excluded as patients
    from {{ ref('indicator_counts') }}
    where as_of_date = {{ as_of_date() }}
),

neighbourhood as (
    select * from {{ ref('disclosure_neighbourhood') }}
),

measured as (
    select
        counted.measure as name,
        case dim_measure.measure_type when 'cohort' then 'registered' else counted.measure end as population,
        counted.area_type,
        counted.area_code,
        counted.dimension,
        counted.dimension_group,
        counted.published_denominator as denominator,
        counted.published_numerator as numerator,
        counted.published_denominator - counted.published_numerator as complement,
        wider.published_denominator as wider_patients
    from counted
    inner join dim_measure on counted.measure = dim_measure.measure
    inner join neighbourhood
        on
            counted.area_type = neighbourhood.area_type
            and counted.area_code = neighbourhood.area_code
    left join counted as wider
        on
            counted.measure = wider.measure
            and neighbourhood.wider_area_type = wider.area_type
            and neighbourhood.wider_area_code = wider.area_code
            and wider.dimension = 'all'
),

secret as (
    select
        'numerator' as secret,
        {{ columns }}
    from measured
    where {{ is_sensitive_count('numerator') }}
    union all
    -- Beside a hidden denominator the complement is as unknown as that.
    select
        'complement' as secret,
        {{ columns }}
    from measured
    where
        {{ is_sensitive_count('complement') }}
        and not {{ is_sensitive_count('denominator') }}
    union all
    select
        'denominator' as secret,
        population as name,
        population,
        area_type,
        area_code,
        dimension,
        dimension_group,
        max(wider_patients) as wider_patients
    from measured
    where {{ is_sensitive_count('denominator') }}
    group by population, area_type, area_code, dimension, dimension_group
    union all
    select
        'excluded' as secret,
        excluded.indicator as name,
        excluded.indicator as population,
        excluded.area_type,
        excluded.area_code,
        'all' as dimension,
        'all' as dimension_group,
        wider.patients as wider_patients
    from excluded
    inner join neighbourhood
        on
            excluded.area_type = neighbourhood.area_type
            and excluded.area_code = neighbourhood.area_code
    left join excluded as wider
        on
            excluded.indicator = wider.indicator
            and neighbourhood.wider_area_type = wider.area_type
            and neighbourhood.wider_area_code = wider.area_code
    where {{ is_sensitive_count('excluded.patients') }}
),

-- The changes that leave a reader in doubt: of a complement, for one, that somebody leaves the numerator.
change as (
    {%- for secret, changed in [
        ('numerator', 'numerator'), ('numerator', 'both'),
        ('complement', 'numerator'), ('complement', 'denominator'),
        ('denominator', 'denominator'), ('denominator', 'both'),
        ('excluded', 'excluded'),
    ] %}
    {{ 'union all' if not loop.first }}
    select
        '{{ secret }}' as secret,
        '{{ changed }}' as changed
    {%- endfor %}
)

select
    secret.*,
    change.changed,
    case when change.changed = 'denominator' then secret.population else secret.name end as changed_name
from secret
inner join change on secret.secret = change.secret
