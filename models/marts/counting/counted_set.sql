with
-- Everyone registered is a measure of its own here, the denominator of all searches.
measure as (
    select
        measure,
        measure_type
    from {{ ref('dim_measure') }}
    where is_current
    union all
    select
        'registered' as measure,
        'registered' as measure_type
),

{% set kinds_of_status = [
    ('registered', 'registered', 'denominator'),
    ('cohort', 'found', 'numerator'),
    ('indicator', 'achieved', 'numerator'),
    ('indicator', 'achieved', 'denominator'),
    ('indicator', 'not achieved', 'denominator'),
    ('indicator', 'excluded', 'excluded'),
] -%}
kind_of_status as (
    {%- for measure_type, status, kind in kinds_of_status %}
    {{ 'union all' if not loop.first }}
    select
        '{{ measure_type }}' as measure_type,
        '{{ status }}' as status,
        '{{ kind }}' as kind
    {%- endfor %}
)

select
    measure.measure,
    kind_of_status.status,
    kind_of_status.kind,
    cast(dense_rank() over (order by measure.measure, kind_of_status.status) as smallint) as status_number,
    cast(dense_rank() over (order by measure.measure, kind_of_status.kind) as smallint) as set_number
from measure
inner join kind_of_status on measure.measure_type = kind_of_status.measure_type
