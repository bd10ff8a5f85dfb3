{% macro code_number(code) %}cast({{ code }} as {{ dbt.type_bigint() }}){% endmacro %}

{% macro is_identifier(code) %}
    {#- Row a, column b of the first is the product of a and b in the dihedral group D5; row i of the
        second is what becomes of each digit at the i-th place from the right, modulo 8. Behind the digits of a shorter
        code stands ':', which becomes 0 and changes no product. -#}
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
