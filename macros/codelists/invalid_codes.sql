{#
    The codes of a table that are not identifiers of a SNOMED CT concept (dm+d's among them): 6 to 18
    digits, none of them a leading zero, 00 or 10 before the last digit, and a last digit that is the
    Verhoeff check digit of the others. Source: SNOMED CT Release File Specification, 5.4 and 5.5.
    Arguments: rows, a relation or the reading of a file; column, the code column as SQL.
    Result: a select: code, line (its line in the file, the header being 1), the first lines first.
#}
{% macro invalid_codes(rows, column) %}
    {#- Row a, column b of the first is the product of a and b in the dihedral group D5; row i of the
        second is what becomes of each digit at the i-th place from the right, modulo 8. -#}
    {%- set product = '0123456789' ~ '1234067895' ~ '2340178956' ~ '3401289567' ~ '4012395678'
        ~ '5987604321' ~ '6598710432' ~ '7659821043' ~ '8765932104' ~ '9876543210' -%}
    {%- set permutation = [
        '0123456789', '1576283094', '5803796142', '8916043527', '9453126870', '4286573901', '2793806415', '7046913258',
    ] -%}
    with
    listed as (
        select
            {{ to_text(column) }} as code,
            -- The reader keeps the order of the file.
            1 + row_number() over () as line
        from {{ rows }}
    ),

    shaped as (
        select
            *,
            coalesce(
                translate(code, '0123456789', '') = ''
                and length(code) between 6 and 18
                and substring(code, 1, 1) != '0'
                and substring(code, length(code) - 2, 2) in ('00', '10'),
                false
            ) as has_form
        from listed
    ),

    product_0 as (
        select
            *,
            case when has_form then reverse(code) end as digits,
            0 as product
        from shaped
    ),
    {%- for place in range(1, 19) %}

    product_{{ place }} as (
        select
            code,
            line,
            has_form,
            digits,
            case
                when length(digits) < {{ place }} then product
                else cast(substring(
                    '{{ product }}',
                    1 + 10 * product + cast(substring(
                        '{{ permutation[(place - 1) % 8] }}', 1 + cast(substring(digits, {{ place }}, 1) as {{ dbt.type_int() }}), 1
                    ) as {{ dbt.type_int() }}),
                    1
                ) as {{ dbt.type_int() }})
            end as product
        from product_{{ place - 1 }}
    ),
    {%- endfor %}

    checked as (
        select
            *,
            has_form and product = 0 as is_valid
        from product_18
    )

    select
        code,
        line
    from checked
    where not is_valid
    order by line
{% endmacro %}
