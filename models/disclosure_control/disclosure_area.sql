{#- The units between which patients may be exchanged, each with the areas that hold it. A unit is a
    practice; or a network, a place or the ICB, if what is smaller in it is withheld. -#}
{% set levels = areas() | map(attribute=0) | reverse | list -%}
with
practice as (
    select * from {{ ref('disclosure_practice') }}
),

area as (
    {%- for unit_type in levels %}
    {%- set unit_loop = loop %}
    {%- for area_type in levels[loop.index0:] %}
    {{ 'union all' if not (unit_loop.first and loop.first) }}
    select
        concat('{{ unit_type }} ', {{ unit_type }}_code) as unit,
        {{ unit_loop.index }} as unit_depth,
        {{ unit_loop.index0 + loop.index }} as depth,
        '{{ area_type }}' as area_type,
        min({{ area_type }}_code) as area_code
    from practice
    {%- if unit_type == 'pcn' %}
    where is_pcn_in_one_place
    {%- endif %}
    group by {{ unit_type }}_code
    {%- endfor %}
    {%- endfor %}
),

numbered as (
    select
        *,
        dense_rank() over (order by area_type, area_code) as area_number
    from area
)

select
    unit,
    unit_depth,
    depth,
    area_type,
    area_code,
    max(case when depth = unit_depth then area_number end) over (partition by unit) as unit_number,
    area_number
from numbered
