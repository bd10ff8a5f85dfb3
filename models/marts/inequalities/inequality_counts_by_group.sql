{{ config(materialized='incremental') }}

{#- Patients are read once: counted in the smallest cells that the dimensions make, one column per count, and from
    there on only cells are added up. -#}
{% set measures, count_columns = measures(), count_columns() -%}
with
registered_patient as (
    select * from {{ ref('registered_patient') }}
    where as_of_date = {{ as_of_date() }}
),

measured_patient as (
    select * from {{ ref('measured_patient') }}
    where as_of_date = {{ as_of_date() }}
),

national_data_opt_out_patient as (
    select * from {{ ref('national_data_opt_out_patient') }}
),

dimension_group as (
    select * from {{ ref('ref_dimension_group') }}
),

standard_population as (
    select * from {{ ref('ref_standard_population') }}
),

sex as (
    select distinct sex from {{ ref('ref_sex') }}
),

dim_measure as (
    select * from {{ ref('dim_measure') }}
    where is_current
),

-- Everyone once, and once more for each measure in which the patient counts.
counted_patient as (
    select
        patient_id,
        'registered' as measure,
        false as is_in_numerator
    from registered_patient
    union all
    select
        patient_id,
        measure,
        is_in_numerator
    from measured_patient
),

cell as (
    select
        registered_patient.practice_code,
        registered_patient.pcn_code,
        registered_patient.place,
        registered_patient.age_band,
        registered_patient.sex,
        registered_patient.ethnic_group,
        registered_patient.imd_decile,
        registered_patient.imd_quintile,
        registered_patient.is_core20,
        registered_patient.rural_urban,
        national_data_opt_out_patient.patient_id is null as may_be_published,
        cast(count(case when counted_patient.measure = 'registered' then 1 end) as double) as patients,
        {%- for measure, denominator, numerator in measures %}
        {%- if denominator != 'patients' %}
        cast(count(case when counted_patient.measure = '{{ measure }}' then 1 end) as double) as {{ denominator }},
        {%- endif %}
        cast(
            count(case when counted_patient.measure = '{{ measure }}' and counted_patient.is_in_numerator then 1 end) as double
        ) as {{ numerator }}{{ ',' if not loop.last }}
        {%- endfor %}
    from counted_patient
    inner join registered_patient on counted_patient.patient_id = registered_patient.patient_id
    left join national_data_opt_out_patient on counted_patient.patient_id = national_data_opt_out_patient.patient_id
    group by
        registered_patient.practice_code,
        registered_patient.pcn_code,
        registered_patient.place,
        registered_patient.age_band,
        registered_patient.sex,
        registered_patient.ethnic_group,
        registered_patient.imd_decile,
        registered_patient.imd_quintile,
        registered_patient.is_core20,
        registered_patient.rural_urban,
        national_data_opt_out_patient.patient_id is null
),

-- Of each dimension, everyone's group.
cell_by_dimension as (
    {%- for dimension, dimension_group in dimensions() %}
    {{ 'union all' if not loop.first }}
    select
        patient.*,
        '{{ dimension }}' as dimension,
        {{ dimension_group }} as dimension_group
    from cell as patient
    {%- endfor %}
),

by_practice as (
    select
        practice_code,
        pcn_code,
        place,
        dimension,
        dimension_group,
        age_band,
        sex,
        may_be_published,
        {{- summed(count_columns) }}
    from cell_by_dimension
    group by practice_code, pcn_code, place, dimension, dimension_group, age_band, sex, may_be_published
),

-- Of each type of area, everyone's area.
practice_by_area as (
    {%- for area_type, area_code in areas() %}
    {{ 'union all' if not loop.first }}
    select
        patient.*,
        '{{ area_type }}' as area_type,
        {{ area_code }} as area_code
    from by_practice as patient
    {%- endfor %}
),

by_area as (
    select
        area_type,
        area_code,
        dimension,
        dimension_group,
        age_band,
        sex,
        may_be_published,
        {{- summed(count_columns) }}
    from practice_by_area
    group by area_type, area_code, dimension, dimension_group, age_band, sex, may_be_published
),

counted as (
    select
        area_type,
        area_code,
        dimension,
        dimension_group,
        {%- for column in count_columns %}
        sum(case when may_be_published then {{ column }} else 0 end) as published_{{ column }},
        {%- endfor %}
        {{- summed(count_columns) }}
    from by_area
    group by area_type, area_code, dimension, dimension_group
),

by_stratum as (
    select
        area_type,
        area_code,
        dimension,
        dimension_group,
        age_band,
        sex,
        {{- summed(count_columns) }}
    from by_area
    group by area_type, area_code, dimension, dimension_group, age_band, sex
),

area as (
    select distinct
        area_type,
        area_code
    from counted
),

area_group as (
    select
        area.area_type,
        area.area_code,
        dimension_group.dimension,
        dimension_group.dimension_group
    from area
    cross join dimension_group
),

-- Every stratum that is standardised: both sexes and all ages, of a group of one sex or age the other only.
stratum as (
    select
        area_group.*,
        standard_population.age_band,
        sex.sex,
        standard_population.weight
    from area_group
    cross join standard_population
    cross join sex
    where
        (area_group.dimension != 'age_band' or area_group.dimension_group = standard_population.age_band)
        and case
            when area_group.dimension = 'sex' then area_group.dimension_group = sex.sex
            else sex.sex in ('female', 'male')
        end
),

-- Whom a measure is about in the whole ICB: one of those aged 65 or over is standardised over their ages alone.
whole_icb as (
    select * from by_stratum
    where
        area_type = 'icb'
        and dimension = 'all'
),

weighted as (
    select
        stratum.*,
        {%- for measure, denominator, numerator in measures %}
        case when whole_icb.{{ denominator }} > 0 then stratum.weight else 0 end as {{ measure }}_weight{{ ',' if not loop.last }}
        {%- endfor %}
    from stratum
    left join whole_icb
        on
            stratum.age_band = whole_icb.age_band
            and stratum.sex = whole_icb.sex
),

standardised as (
    select
        stratum.area_type,
        stratum.area_code,
        stratum.dimension,
        stratum.dimension_group,
        {%- for measure, denominator, numerator in measures %}
        {%- set columns = ['by_stratum.' ~ numerator, 'by_stratum.' ~ denominator, 'stratum.' ~ measure ~ '_weight'] %}
        sum(stratum.{{ measure }}_weight) as {{ measure }}_weight,
        sum(by_stratum.{{ numerator }}) as {{ measure }}_events,
        {{ weighted_rate(*columns) | indent(4) }} as {{ measure }}_rate,
        {{ weighted_rate_variance(*columns) | indent(4) }} as {{ measure }}_variance{{ ',' if not loop.last }}
        {%- endfor %}
    from weighted as stratum
    left join by_stratum
        on
            stratum.area_type = by_stratum.area_type
            and stratum.area_code = by_stratum.area_code
            and stratum.dimension = by_stratum.dimension
            and stratum.dimension_group = by_stratum.dimension_group
            and stratum.age_band = by_stratum.age_band
            and stratum.sex = by_stratum.sex
    group by stratum.area_type, stratum.area_code, stratum.dimension, stratum.dimension_group
),

{% set columns = {
    'denominator': [], 'numerator': [], 'published_denominator': [], 'published_numerator': [],
    'standard_weight': [], 'standardised_events': [], 'weighted_rate': [], 'weighted_rate_variance': [],
} -%}
{%- for measure, denominator, numerator in measures -%}
    {%- do columns.denominator.append((measure, denominator)) -%}
    {%- do columns.numerator.append((measure, numerator)) -%}
    {%- do columns.published_denominator.append((measure, 'published_' ~ denominator)) -%}
    {%- do columns.published_numerator.append((measure, 'published_' ~ numerator)) -%}
    {%- do columns.standard_weight.append((measure, measure ~ '_weight')) -%}
    {%- do columns.standardised_events.append((measure, measure ~ '_events')) -%}
    {%- do columns.weighted_rate.append((measure, measure ~ '_rate')) -%}
    {%- do columns.weighted_rate_variance.append((measure, measure ~ '_variance')) -%}
{%- endfor -%}
by_group as (
    select
        area_group.*,
        {%- for column in count_columns %}
        counted.{{ column }},
        counted.published_{{ column }},
        {%- endfor %}
        {%- for measure, denominator, numerator in measures %}
        standardised.{{ measure }}_weight,
        standardised.{{ measure }}_events,
        standardised.{{ measure }}_rate,
        standardised.{{ measure }}_variance{{ ',' if not loop.last }}
        {%- endfor %}
    from area_group
    left join counted
        on
            area_group.area_type = counted.area_type
            and area_group.area_code = counted.area_code
            and area_group.dimension = counted.dimension
            and area_group.dimension_group = counted.dimension_group
    left join standardised
        on
            area_group.area_type = standardised.area_type
            and area_group.area_code = standardised.area_code
            and area_group.dimension = standardised.dimension
            and area_group.dimension_group = standardised.dimension_group
),

-- One row for each measure: of every kind of column that of the measure.
by_measure as (
    select
        dim_measure.measure,
        by_group.area_type,
        by_group.area_code,
        by_group.dimension,
        by_group.dimension_group,
        {%- for name, of_measures in columns.items() %}
        case dim_measure.measure
            {%- for measure, column in of_measures %}
            when '{{ measure }}' then by_group.{{ column }}
            {%- endfor %}
        end as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from by_group
    cross join dim_measure
)

select
    {{ as_of_date() }} as as_of_date,
    measure,
    area_type,
    area_code,
    dimension,
    dimension_group,
    cast(coalesce(denominator, 0) as {{ dbt.type_bigint() }}) as denominator,
    cast(coalesce(numerator, 0) as {{ dbt.type_bigint() }}) as numerator,
    cast(coalesce(published_denominator, 0) as {{ dbt.type_bigint() }}) as published_denominator,
    cast(coalesce(published_numerator, 0) as {{ dbt.type_bigint() }}) as published_numerator,
    cast(coalesce(standardised_events, 0) as {{ dbt.type_bigint() }}) as standardised_events,
    coalesce(standard_weight, 0) as standard_weight,
    weighted_rate,
    weighted_rate_variance
from by_measure
