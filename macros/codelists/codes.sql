{% macro code_number(code) %}cast({{ code }} as {{ dbt.type_bigint() }}){% endmacro %}

{% macro is_identifier(code) %}
    {#- Verhoeff's check: begin with 0, and go through the digits from the right, the first at place 0. At each, the check becomes
        product[check][permutation[place modulo 8][digit]]. The code is one if 0 comes out. Of 73211009:
        9 -> 9, 0 -> 8, 0 -> 3, 1 -> 7, 1 -> 8, 2 -> 0, 3 -> 3, 7 -> 0.
        The first table has ten rows of ten, written one behind the other; the SQL below reads them with substring. Behind the
        digits of a shorter code stands ':', which becomes 0 and changes no product. -#}
    {%- set product = '0123456789' ~ '1234067895' ~ '2340178956' ~ '3401289567' ~ '4012395678'
        ~ '5987604321' ~ '6598710432' ~ '7659821043' ~ '8765932104' ~ '9876543210' -%}
    {%- set permutation = [
        '0123456789', '1576283094', '5803796142', '8916043527', '9453126870', '4286573901', '2793806415', '7046913258',
    ] -%}
    {%- set check = namespace(sql='0') -%}
    {%- for place in range(1, 19) -%}
        {%- set digit = "substring(rpad(reverse(" ~ code ~ "), 18, ':'), " ~ place ~ ', 1)' -%}
        {%- set permuted = "substring('" ~ permutation[(place - 1) % 8] ~ "0', "
            ~ dbt.position(digit, "'0123456789:'") | trim ~ ', 1)' -%}
        {%- set check.sql = "cast(substring('" ~ product ~ "', 1 + 10 * " ~ check.sql ~ ' + cast(' ~ permuted ~ ' as '
            ~ dbt.type_int() ~ '), 1) as ' ~ dbt.type_int() ~ ')' -%}
    {%- endfor -%}
    case
        when
            translate({{ code }}, '0123456789', '') = ''
            and length({{ code }}) between 6 and 18
            and substring({{ code }}, 1, 1) != '0'
            and substring({{ code }}, length({{ code }}) - 2, 2) in ('00', '10')
            then {{ check.sql }} = 0
        else false
    end
{%- endmacro %}
