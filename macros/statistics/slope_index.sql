{% macro ridit(population, order_by, partition_by=none) -%}
    {%- set n, area = operand(population), 'partition by ' ~ partition_by if partition_by else '' -%}
    (
        sum({{ n }}) over ({{ area }} order by {{ order_by }} rows between unbounded preceding and current row)
        - {{ n }} / 2e0
    ) / nullif(sum({{ n }}) over ({{ area }}), 0)
{%- endmacro %}

{% macro line_weight(population, ridit, at, partition_by=none) -%}
    {%- set n, b, over = operand(population), operand(ridit), 'over (partition by ' ~ partition_by ~ ')' if partition_by else 'over ()' -%}
    {%- set total = 'sum(' ~ n ~ ') ' ~ over -%}
    {%- set mean = 'sum(' ~ n ~ ' * ' ~ b ~ ') ' ~ over ~ ' / nullif(' ~ total ~ ', 0)' -%}
    case
        when {{ n }} > 0
            then {{ n }} / nullif({{ total }}, 0)
            + ({{ at }} - {{ mean }}) * {{ n }} * ({{ b }} - {{ mean }})
            / nullif(sum({{ n }} * {{ b }} * {{ b }}) {{ over }} - {{ mean }} * sum({{ n }} * {{ b }}) {{ over }}, 0)
    end
{%- endmacro %}

{% macro linked(value, link) -%}
    {%- set v = operand(value) -%}
    {%- if link == 'log' -%}
    case when {{ v }} > 0 then ln({{ v }}) end
    {%- elif link == 'logit' -%}
    case when {{ v }} > 0 and {{ v }} < 1 then ln({{ v }} / (1 - {{ v }})) end
    {%- endif -%}
{%- endmacro %}

{% macro standard_error(lower, upper, level, link) -%}
    case
        when {{ operand(lower) }} <= {{ operand(upper) }}
            then ({{ operand(linked(upper, link)) }} - {{ operand(linked(lower, link)) }}) / (2 * {{ normal_deviate(level) }})
    end
{%- endmacro %}

{% macro standard_error_of_rate(rate, lower, upper, level=95) -%}
    {%- set v, u = operand(rate), operand(upper) -%}
    case
        when {{ v }} = 0 then {{ u }} / (2 * {{ normal_deviate(level) }})
        else {{ v }} * {{ operand(standard_error(lower, upper, level, 'log')) }}
    end
{%- endmacro %}

{% macro standard_error_of_proportion(proportion, lower, upper, level=95) -%}
    {%- set p, l, u, z = operand(proportion), operand(lower), operand(upper), normal_deviate(level) -%}
    case
        when {{ p }} = 0 then {{ u }} / (2 * {{ z }})
        when {{ p }} = 1 then (1 - {{ l }}) / (2 * {{ z }})
        else {{ p }} * (1 - {{ p }}) * {{ operand(standard_error(lower, upper, level, 'logit')) }}
    end
{%- endmacro %}

{% macro slope_index(value, groups=5) -%}
    case when {{ every_group([value], groups) }} then {{ line_end(value, 'least') }} - {{ line_end(value, 'most') }} end
{%- endmacro %}

{% macro slope_index_lower(value, standard_error, groups=5, level=95) -%}
    {{ slope_index_limit('-', value, standard_error, groups, level) }}
{%- endmacro %}

{% macro slope_index_upper(value, standard_error, groups=5, level=95) -%}
    {{ slope_index_limit('+', value, standard_error, groups, level) }}
{%- endmacro %}

{% macro slope_index_limit(side, value, standard_error, groups, level) -%}
    {%- set slope = '(least_deprived_weight - most_deprived_weight)' -%}
    case
        when {{ every_group([value, standard_error], groups) }}
            then sum({{ operand(value) }} * {{ slope }})
            {{ side }} {{ normal_deviate(level) }} * sqrt(sum(power({{ operand(standard_error) }} * {{ slope }}, 2)))
    end
{%- endmacro %}

{% macro relative_index(value, groups=5) -%}
    case
        when {{ every_group([value], groups) }}
            then {{ line_end(value, 'least') }} / nullif({{ line_end(value, 'most') }}, 0)
    end
{%- endmacro %}

{% macro relative_index_lower(value, standard_error, groups=5, level=95) -%}
    {{ relative_index_limit('-', value, standard_error, groups, level) }}
{%- endmacro %}

{% macro relative_index_upper(value, standard_error, groups=5, level=95) -%}
    {{ relative_index_limit('+', value, standard_error, groups, level) }}
{%- endmacro %}

{% macro relative_index_limit(side, value, standard_error, groups, level) -%}
    {%- set z = normal_deviate(level) -%}
    {%- set most, least = line_end(value, 'most'), line_end(value, 'least') -%}
    {%- set a = most ~ ' * ' ~ most ~ ' - ' ~ z ~ ' * ' ~ z ~ ' * ' ~ line_covariance(standard_error, 'most', 'most') -%}
    {%- set b = most ~ ' * ' ~ least ~ ' - ' ~ z ~ ' * ' ~ z ~ ' * ' ~ line_covariance(standard_error, 'most', 'least') -%}
    {%- set c = least ~ ' * ' ~ least ~ ' - ' ~ z ~ ' * ' ~ z ~ ' * ' ~ line_covariance(standard_error, 'least', 'least') -%}
    case
        when {{ every_group([value, standard_error], groups) }} and {{ a }} > 0
            then ({{ b }} {{ side }} sqrt(greatest(0, power({{ b }}, 2) - ({{ a }}) * ({{ c }})))) / ({{ a }})
    end
{%- endmacro %}

{% macro every_group(columns, groups) -%}
    count({% for column in columns %}{{ operand(column) }} * {% endfor %}most_deprived_weight) = {{ groups }}
{%- endmacro %}

{% macro line_end(value, end) %}sum({{ operand(value) }} * {{ end }}_deprived_weight){% endmacro %}

{% macro line_covariance(standard_error, end, other_end) -%}
    sum(power({{ operand(standard_error) }}, 2) * {{ end }}_deprived_weight * {{ other_end }}_deprived_weight)
{%- endmacro %}

{% macro line_value(value, ridit, partition_by=none) -%}
    {%- set v, b, over = operand(value), operand(ridit), 'over (partition by ' ~ partition_by ~ ')' if partition_by else 'over ()' -%}
    sum({{ v }} * most_deprived_weight) {{ over }} * (1 - {{ b }})
    + sum({{ v }} * least_deprived_weight) {{ over }} * {{ b }}
{%- endmacro %}

{% macro lack_of_fit_statistic(value, line_value, standard_error, groups=5) -%}
    {%- set residual = '(' ~ operand(value) ~ ' - ' ~ operand(line_value) ~ ') / nullif(' ~ standard_error ~ ', 0)' -%}
    case when count({{ residual }}) = {{ groups }} then sum(power({{ residual }}, 2)) end
{%- endmacro %}

{% macro lack_of_fit(value, line_value, standard_error, groups=5) -%}
    {%- set critical = {5: '7.814727903251178e0', 10: '15.507313055865454e0'} -%}
    {%- if groups not in critical -%}
        {{ exceptions.raise_compiler_error("lack_of_fit knows 5 or 10 groups, and was given " ~ groups ~ ".") }}
    {%- endif -%}
    {{ lack_of_fit_statistic(value, line_value, standard_error, groups) }} > {{ critical[groups] }}
{%- endmacro %}
