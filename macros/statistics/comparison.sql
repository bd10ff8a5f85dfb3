{% macro comparison(lower, upper, comparator, polarity) -%}
    {%- set l, u, c, p = operand(lower), operand(upper), operand(comparator), operand(polarity) -%}
    case
        when {{ l }} <= {{ c }} and {{ c }} <= {{ u }} and {{ p }} in ('lower_is_better', 'higher_is_better', 'neither')
            then 'similar'
        when {{ l }} > {{ c }} and {{ u }} >= {{ l }} and {{ p }} = 'lower_is_better' then 'worse'
        when {{ l }} > {{ c }} and {{ u }} >= {{ l }} and {{ p }} = 'higher_is_better' then 'better'
        when {{ l }} > {{ c }} and {{ u }} >= {{ l }} and {{ p }} = 'neither' then 'higher'
        when {{ u }} < {{ c }} and {{ l }} <= {{ u }} and {{ p }} = 'lower_is_better' then 'better'
        when {{ u }} < {{ c }} and {{ l }} <= {{ u }} and {{ p }} = 'higher_is_better' then 'worse'
        when {{ u }} < {{ c }} and {{ l }} <= {{ u }} and {{ p }} = 'neither' then 'lower'
        else 'not compared'
    end
{%- endmacro %}

{% macro comparison_in_two_levels(lower, upper, wide_lower, wide_upper, comparator, polarity) -%}
    {%- set c = operand(comparator) -%}
    concat(
        case
            when ({{ comparison(lower, upper, comparator, polarity) }}) not in ('similar', 'not compared')
                and ({{ operand(wide_lower) }} > {{ c }} or {{ operand(wide_upper) }} < {{ c }})
                then 'much '
            else ''
        end,
        {{ comparison(lower, upper, comparator, polarity) }}
    )
{%- endmacro %}
