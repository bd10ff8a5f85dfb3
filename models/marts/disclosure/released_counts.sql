{{ config(materialized='incremental') }}

{#- Which counts the policy hides, and which others so that those cannot be worked out. A line is a total and its parts:
    the groups of a dimension, the deciles of a quintile, the practices of a network. Where the parts of a line would
    give a count away, all of them are hidden, and with them whatever lies below: their finer groups, their smaller areas. -#}
with
counted as (
    select * from {{ ref('inequality_counts_by_group') }}
    where as_of_date = {{ as_of_date() }}
),

dimension_group as (
    select * from {{ ref('ref_dimension_group') }}
),

registered_patient as (
    select * from {{ ref('registered_patient') }}
    where as_of_date = {{ as_of_date() }}
),

-- Each practice, with one code per level.
practice as (
    select
        {%- for area_type, area_code in areas() %}
        {{ area_code }} as {{ area_type }}_code{{ ',' if not loop.last }}
        {%- endfor %}
    from registered_patient as patient
    group by
        {%- for area_type, area_code in areas() %}
        {{ area_code }}{{ ',' if not loop.last }}
        {%- endfor %}
),

-- Each area and the wider ones that hold it, itself included; steps says how many levels lie between.
wider_area as (
    {%- set levels = areas() | map(attribute=0) | list %}
    {%- for area_type in levels %}
    {%- set outer = loop.index0 %}
    {%- for wider_type in levels[:loop.index] %}
    {{ 'union' if not (loop.first and outer == 0) }}
    select
        '{{ area_type }}' as area_type,
        {{ area_type }}_code as area_code,
        '{{ wider_type }}' as wider_type,
        {{ wider_type }}_code as wider_code,
        {{ outer - loop.index0 }} as steps
    from practice
    {%- endfor %}
    {%- endfor %}
),

-- Each group and the wider ones that hold it: itself, everyone, the quintile of a decile, the Core20 of both.
wider_group as (
    select
        dimension,
        dimension_group,
        dimension as wider_dimension,
        dimension_group as wider_group
    from dimension_group
    union
    select
        dimension,
        dimension_group,
        'all' as wider_dimension,
        'all' as wider_group
    from dimension_group
    union
    select
        dimension,
        dimension_group,
        'deprivation_quintile' as wider_dimension,
        case
            when dimension_group = 'unknown' then 'unknown'
            else cast({{ quintile_of_decile('cast(nullif(dimension_group, \'unknown\') as double)') }} as {{ dbt.type_string() }})
        end as wider_group
    from dimension_group
    where dimension = 'deprivation_decile'
    union
    select
        dimension,
        dimension_group,
        'core20' as wider_dimension,
        case
            when dimension_group = 'unknown' then 'unknown'
            when dimension_group = '1' or (dimension = 'deprivation_decile' and dimension_group = '2') then 'core20'
            else 'not core20'
        end as wider_group
    from dimension_group
    where dimension in ('deprivation_decile', 'deprivation_quintile')
),

judged as (
    select
        measure,
        area_type,
        area_code,
        dimension,
        dimension_group,
        published_denominator as denominator,
        published_numerator as numerator,
        published_denominator - published_numerator as complement,
        {%- if disclosure_policy() == 'midpoint6' %}
        published_denominator between 1 and 6 as denominator_is_protected,
        published_numerator between 1 and 6 as numerator_is_protected,
        false as complement_is_protected
        {%- else %}
        {{ is_small_count('published_denominator') }} as denominator_is_protected,
        {{ is_small_numerator('published_numerator', 'published_denominator') }} as numerator_is_protected,
        {{ is_small_numerator('published_numerator', 'published_denominator') }}
        and not {{ is_small_count('published_denominator') }} as complement_is_protected
        {%- endif %}
    from counted
),

{% if disclosure_policy() == 'exact_totals' -%}
-- Areas in which some dimension has a numerator to hide and at most one group whose numerator is in doubt: not that of a
-- group in which nobody or everybody of the wider area counts, for that is shown.
one_in_doubt as (
    select distinct
        judged.measure,
        judged.area_type,
        judged.area_code
    from judged
    inner join wider_area
        on
            judged.area_type = wider_area.area_type
            and judged.area_code = wider_area.area_code
    inner join judged as wider
        on
            judged.measure = wider.measure
            and wider_area.wider_type = wider.area_type
            and wider_area.wider_code = wider.area_code
            and judged.dimension = wider.dimension
            and judged.dimension_group = wider.dimension_group
    where
        judged.dimension != 'all'
        and wider_area.steps = case when judged.area_type = 'icb' then 0 else 1 end
    group by judged.measure, judged.area_type, judged.area_code, judged.dimension
    having
        bool_or(judged.numerator_is_protected)
        and not bool_or(judged.denominator_is_protected)
        and count(case when judged.denominator > 0 and wider.numerator > 0 and wider.complement > 0 then 1 end) < 2
),

{% endif -%}
-- Every part of every line, with the line's total and what the parts of one line have in common.
line_part as (
    {%- if disclosure_policy() == 'exact_totals' %}
    -- Lines that cross tell of each other: all groups of a dimension in all parts of an area are one. Where only one
    -- group of a dimension is in doubt, the area's total tells it, and counts as one to hide.
    select
        judged.measure,
        judged.area_type,
        judged.area_code,
        judged.dimension,
        judged.dimension_group,
        judged.denominator,
        judged.numerator,
        judged.complement,
        judged.denominator_is_protected,
        judged.numerator_is_protected or (judged.dimension = 'all' and one_in_doubt.measure is not null)
            as numerator_is_protected,
        judged.complement_is_protected,
        wider_area.wider_type as total_area_type,
        wider_area.wider_code as total_area_code,
        'all' as total_dimension,
        'all' as total_group,
        judged.area_type as part_area_type,
        judged.dimension as part_dimension
    from judged
    inner join wider_area
        on
            judged.area_type = wider_area.area_type
            and judged.area_code = wider_area.area_code
    left join one_in_doubt
        on
            judged.measure = one_in_doubt.measure
            and judged.area_type = one_in_doubt.area_type
            and judged.area_code = one_in_doubt.area_code
    where
        wider_area.steps = case when judged.area_type = 'icb' then 0 else 1 end
        -- Everyone in the ICB is the total of all lines and a part of none.
        and (judged.area_type != 'icb' or judged.dimension != 'all' or one_in_doubt.measure is not null)
    {%- else %}
    select
        judged.*,
        judged.area_type as total_area_type,
        judged.area_code as total_area_code,
        wider_group.wider_dimension as total_dimension,
        wider_group.wider_group as total_group,
        judged.area_type as part_area_type,
        judged.dimension as part_dimension
    from judged
    inner join wider_group
        on
            judged.dimension = wider_group.dimension
            and judged.dimension_group = wider_group.dimension_group
            and judged.dimension != wider_group.wider_dimension
    union all
    select
        judged.*,
        wider_area.wider_type as total_area_type,
        wider_area.wider_code as total_area_code,
        judged.dimension as total_dimension,
        judged.dimension_group as total_group,
        judged.area_type as part_area_type,
        judged.dimension as part_dimension
    from judged
    inner join wider_area
        on
            judged.area_type = wider_area.area_type
            and judged.area_code = wider_area.area_code
            and wider_area.steps = 1
    {%- endif %}
),

{% set largest = {'midpoint6': 6}.get(disclosure_policy(), 7) -%}
{% set largest_numerator = {'midpoint6': 6}.get(disclosure_policy()) -%}
line as (
    select
        measure,
        total_area_type,
        total_area_code,
        total_dimension,
        total_group,
        part_area_type,
        part_dimension,
        {{ gives_itself_away('denominator', 'denominator_is_protected', largest) | indent(8) }} as denominators_are_told,
        {{ gives_itself_away('numerator', 'numerator_is_protected and numerator > 0', largest_numerator) | indent(8) }}
        or {{ gives_itself_away('complement', 'complement_is_protected and complement > 0') | indent(8) }} as numerators_are_told
    from line_part
    group by
        measure, total_area_type, total_area_code, total_dimension, total_group, part_area_type, part_dimension
    having sum(denominator) > 0
),

told as (
    select
        line_part.measure,
        line_part.area_type,
        line_part.area_code,
        line_part.dimension,
        line_part.dimension_group,
        bool_or(line.denominators_are_told) as denominator_is_told,
        bool_or(line.numerators_are_told) as numerator_is_told
    from line_part
    inner join line
        on
            line_part.measure = line.measure
            and line_part.total_area_type = line.total_area_type
            and line_part.total_area_code = line.total_area_code
            and line_part.total_dimension = line.total_dimension
            and line_part.total_group = line.total_group
            and line_part.part_area_type = line.part_area_type
            and line_part.part_dimension = line.part_dimension
    where line.denominators_are_told or line.numerators_are_told
    group by
        line_part.measure, line_part.area_type, line_part.area_code, line_part.dimension, line_part.dimension_group
),

-- Whatever lies below.
covered as (
    select
        told.measure,
        wider_area.area_type,
        wider_area.area_code,
        wider_group.dimension,
        wider_group.dimension_group,
        bool_or(told.denominator_is_told) as denominator_is_covered,
        bool_or(told.numerator_is_told or told.denominator_is_told) as numerator_is_covered
    from told
    inner join wider_area
        on
            told.area_type = wider_area.wider_type
            and told.area_code = wider_area.wider_code
    inner join wider_group
        on
            told.dimension = wider_group.wider_dimension
            and told.dimension_group = wider_group.wider_group
    group by
        told.measure, wider_area.area_type, wider_area.area_code, wider_group.dimension, wider_group.dimension_group
),

hidden as (
    select
        judged.*,
        coalesce(covered.denominator_is_covered, false) as denominator_is_covered,
        coalesce(covered.numerator_is_covered, false) as numerator_is_covered
    from judged
    left join covered
        on
            judged.measure = covered.measure
            and judged.area_type = covered.area_type
            and judged.area_code = covered.area_code
            and judged.dimension = covered.dimension
            and judged.dimension_group = covered.dimension_group
),

-- A zero that is shown tells the zeros below it: nothing is hidden there.
nobody as (
    select
        hidden.measure,
        wider_area.area_type,
        wider_area.area_code,
        wider_group.dimension,
        wider_group.dimension_group,
        bool_or(hidden.denominator = 0 and not hidden.denominator_is_covered) as is_nobody
    from hidden
    inner join wider_area
        on
            hidden.area_type = wider_area.wider_type
            and hidden.area_code = wider_area.wider_code
    inner join wider_group
        on
            hidden.dimension = wider_group.wider_dimension
            and hidden.dimension_group = wider_group.wider_group
    where
        (hidden.denominator = 0 and not hidden.denominator_is_covered)
        or (hidden.numerator = 0 and not hidden.numerator_is_covered)
    group by
        hidden.measure, wider_area.area_type, wider_area.area_code, wider_group.dimension, wider_group.dimension_group
),

released as (
    select
        hidden.measure,
        hidden.area_type,
        hidden.area_code,
        hidden.dimension,
        hidden.dimension_group,
        case
            when {{ is_small_count('hidden.denominator') }} then null
            when not hidden.denominator_is_covered or coalesce(nobody.is_nobody, false)
                then {{ released_count('hidden.denominator') | indent(16) }}
        end as denominator,
        case
            when {{ is_small_numerator('hidden.numerator', 'hidden.denominator') | indent(12) }} then null
            when not hidden.numerator_is_covered or nobody.measure is not null
                then {{ released_count('hidden.numerator') | indent(16) }}
        end as numerator
    from hidden
    left join nobody
        on
            hidden.measure = nobody.measure
            and hidden.area_type = nobody.area_type
            and hidden.area_code = nobody.area_code
            and hidden.dimension = nobody.dimension
            and hidden.dimension_group = nobody.dimension_group
)

select
    {{ as_of_date() }} as as_of_date,
    measure,
    area_type,
    area_code,
    dimension,
    dimension_group,
    cast(denominator as {{ dbt.type_bigint() }}) as denominator,
    cast(numerator as {{ dbt.type_bigint() }}) as numerator,
    denominator is null or numerator is null as is_suppressed
from released
