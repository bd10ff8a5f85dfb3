{#
    Slope and relative index of inequality: the line through the values of deprivation groups, weighted by
    population, against the share of the population that is more deprived (the ridit, 0 to 1). The slope index is
    the line's least deprived end minus its most deprived end, the relative index the one over the other.
    One row per group, three steps:

        ranked as (
            select *, {{ ridit('patients', order_by='quintile', partition_by='area_code') }} as ridit ...
        ),
        weighted as (
            select
                *,
                {{ line_weight('patients', 'ridit', at=0, partition_by='area_code') }} as most_deprived_weight,
                {{ line_weight('patients', 'ridit', at=1, partition_by='area_code') }} as least_deprived_weight
            from ranked
        )
        select area_code, {{ slope_index('value') }}, {{ slope_index_lower('value', 'standard_error') }}, ...
        from weighted group by area_code

    The weights say how much each group's value counts in either end of the line, so that every figure is a plain
    sum over them. Groups are ordered from the most deprived. To compare areas give every area the ridit of
    the national groups instead of its own; the rest stays as it is.

    With a link, 'log' for rates or 'logit' for proportions, the line goes through the linked values: give
    `value` as linked(...) and its error as standard_error(lower, upper, level, link); results are back on the scale
    of the values.

    Every result is null unless all groups (`groups` of them, default 5) have a population and a value, the limits
    also unless all have a standard error.
    Source: Low and Low 2004; PHEindicatormethods phe_sii, whose simulated intervals are here in closed form.
#}

{#
    The share of the population in the groups before this one, and half of this one; a window expression.
    Arguments: population; order_by, most deprived first; partition_by, the columns of an area, none for all rows.
    Result: 0 to 1; null without population.
#}
{% macro ridit(population, order_by, partition_by=none) -%}
    {%- set n, area = operand(population), 'partition by ' ~ partition_by if partition_by else '' -%}
    (
        sum({{ n }}) over ({{ area }} order by {{ order_by }} rows between unbounded preceding and current row)
        - {{ n }} / 2e0
    ) / nullif(sum({{ n }}) over ({{ area }}), 0)
{%- endmacro %}


{#
    How much a group's value counts in the value of the line at one end; a window expression.
    Arguments: population, ridit; at, 0 for the most deprived end, 1 for the least; partition_by as in ridit.
    Result: the weights of an area sum to 1; null without population or with fewer than two groups.
#}
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


{#
    A value on the scale of a link.
    Arguments: value; link, 'identity', 'log' or 'logit'.
    Result: null where the link has none (a rate of 0, a proportion of 0 or 1).
#}
{% macro linked(value, link) -%}
    {%- set v = operand(value) -%}
    {%- if link == 'log' -%}
    case when {{ v }} > 0 then ln({{ v }}) end
    {%- elif link == 'logit' -%}
    case when {{ v }} > 0 and {{ v }} < 1 then ln({{ v }} / (1 - {{ v }})) end
    {%- else -%}
    {{ check_link(link) }}{{ v }}
    {%- endif -%}
{%- endmacro %}


{# A value back from the scale of a link. Arguments: value, link. #}
{% macro unlinked(value, link) -%}
    {%- if link == 'log' -%}
    exp({{ value }})
    {%- elif link == 'logit' -%}
    1 / (1 + exp(-{{ operand(value) }}))
    {%- else -%}
    {{ check_link(link) }}{{ operand(value) }}
    {%- endif -%}
{%- endmacro %}


{# Stops at a link that is none. #}
{% macro check_link(link) -%}
    {%- if link != 'identity' -%}
        {{ exceptions.raise_compiler_error("The link is '" ~ link ~ "': give 'identity', 'log' or 'logit'.") }}
    {%- endif -%}
{%- endmacro %}


{#
    The standard error of a value, from its limits.
    Arguments: lower, upper; level; link, on whose scale.
    Result: null where the link has no value for a limit, and where the lower limit is above the upper.
#}
{% macro standard_error(lower, upper, level=95, link='identity') -%}
    {%- set z = normal_deviate(level) -%}
    case
        when {{ operand(lower) }} <= {{ operand(upper) }}
            then ({{ operand(linked(upper, link)) }} - {{ operand(linked(lower, link)) }}) / (2 * {{ z }})
    end
{%- endmacro %}


{#
    The standard error of a rate, on its own scale, from limits that are symmetric on the logarithm.
    Arguments: rate, lower, upper; level.
    Result: that of no events is the upper limit over twice the normal deviate; null if a limit is.
#}
{% macro standard_error_of_rate(rate, lower, upper, level=95) -%}
    {%- set v, u = operand(rate), operand(upper) -%}
    case
        when {{ v }} = 0 then {{ u }} / (2 * {{ normal_deviate(level) }})
        else {{ v }} * {{ operand(standard_error(lower, upper, level, 'log')) }}
    end
{%- endmacro %}


{#
    The standard error of a proportion, on its own scale, from limits that are symmetric on the logit.
    Arguments: proportion, lower, upper; level.
    Result: that of 0 is the upper limit over twice the normal deviate, that of 1 the like from 1 down to the lower.
#}
{% macro standard_error_of_proportion(proportion, lower, upper, level=95) -%}
    {%- set p, l, u, z = operand(proportion), operand(lower), operand(upper), normal_deviate(level) -%}
    case
        when {{ p }} = 0 then {{ u }} / (2 * {{ z }})
        when {{ p }} = 1 then (1 - {{ l }}) / (2 * {{ z }})
        else {{ p }} * (1 - {{ p }}) * {{ operand(standard_error(lower, upper, level, 'logit')) }}
    end
{%- endmacro %}


{# The line's most deprived end, an aggregate. Arguments: value, linked if there is a link; groups; link. #}
{% macro most_deprived_end(value, groups=5, link='identity') -%}
    case when {{ every_group([value], groups) }} then {{ unlinked(line_end(value, 'most'), link) }} end
{%- endmacro %}


{# The line's least deprived end, an aggregate. Arguments: as most_deprived_end. #}
{% macro least_deprived_end(value, groups=5, link='identity') -%}
    case when {{ every_group([value], groups) }} then {{ unlinked(line_end(value, 'least'), link) }} end
{%- endmacro %}


{#
    The slope index of inequality, an aggregate: below 0 if the value is higher among the deprived.
    Arguments: value, linked if there is a link; groups, how many there are; link.
    Result: in the unit of the value.
#}
{% macro slope_index(value, groups=5, link='identity') -%}
    case
        when {{ every_group([value], groups) }}
            then {{ unlinked(line_end(value, 'least'), link) }} - {{ unlinked(line_end(value, 'most'), link) }}
    end
{%- endmacro %}


{# The lower limit of the slope index, an aggregate. Arguments: as slope_index; standard_error, of the value; level. #}
{% macro slope_index_lower(value, standard_error, groups=5, level=95, link='identity') -%}
    {{ slope_index_limit('-', value, standard_error, groups, level, link) }}
{%- endmacro %}


{# The upper limit of the slope index, an aggregate. Arguments: as slope_index_lower. #}
{% macro slope_index_upper(value, standard_error, groups=5, level=95, link='identity') -%}
    {{ slope_index_limit('+', value, standard_error, groups, level, link) }}
{%- endmacro %}


{#
    Either limit of the slope index: that of the slope on the scale of the link, turned about the middle of the line.
    Arguments: side, '-' or '+'; the rest as slope_index_lower.
#}
{% macro slope_index_limit(side, value, standard_error, groups, level, link) -%}
    {%- set slope = slope_limit(side, value, standard_error, level) -%}
    case
        when {{ every_group([value, standard_error], groups) }}
            then {{ unlinked(line_middle(value) ~ ' + ' ~ slope ~ ' / 2', link) }}
            - {{ unlinked(line_middle(value) ~ ' - ' ~ slope ~ ' / 2', link) }}
    end
{%- endmacro %}


{#
    The relative index of inequality, an aggregate: below 1 if the value is higher among the deprived.
    Arguments: as slope_index.
    Result: null too if the line is 0 at its most deprived end.
#}
{% macro relative_index(value, groups=5, link='identity') -%}
    case
        when {{ every_group([value], groups) }}
            then {{ unlinked(line_end(value, 'least'), link) }} / nullif({{ unlinked(line_end(value, 'most'), link) }}, 0)
    end
{%- endmacro %}


{# The lower limit of the relative index, an aggregate. Arguments: as slope_index_lower. #}
{% macro relative_index_lower(value, standard_error, groups=5, level=95, link='identity') -%}
    {{ relative_index_limit('-', value, standard_error, groups, level, link) }}
{%- endmacro %}


{# The upper limit of the relative index, an aggregate. Arguments: as slope_index_lower. #}
{% macro relative_index_upper(value, standard_error, groups=5, level=95, link='identity') -%}
    {{ relative_index_limit('+', value, standard_error, groups, level, link) }}
{%- endmacro %}


{#
    Either limit of the relative index: Fieller's without a link, else from the slope's limit.
    Arguments: side, '-' or '+'; the rest as slope_index_lower.
    Result: null too if the most deprived end is not surely different from 0: the interval would have no end.
#}
{% macro relative_index_limit(side, value, standard_error, groups, level, link) -%}
    {%- if link == 'identity' -%}
    {%- set z = normal_deviate(level) -%}
    {%- set most, least = line_end(value, 'most'), line_end(value, 'least') -%}
    {%- set a = most ~ ' * ' ~ most ~ ' - ' ~ z ~ ' * ' ~ z ~ ' * ' ~ line_covariance(standard_error, 'most', 'most') -%}
    {%- set b = most ~ ' * ' ~ least ~ ' - ' ~ z ~ ' * ' ~ z ~ ' * ' ~ line_covariance(standard_error, 'most', 'least') -%}
    {%- set c = least ~ ' * ' ~ least ~ ' - ' ~ z ~ ' * ' ~ z ~ ' * ' ~ line_covariance(standard_error, 'least', 'least') -%}
    case
        when {{ every_group([value, standard_error], groups) }} and {{ a }} > 0
            then (
                {{ b }}
                {{ side }} sqrt(greatest(0, power({{ b }}, 2) - ({{ a }}) * ({{ c }})))
            ) / ({{ a }})
    end
    {%- else -%}
    {%- set slope = slope_limit(side, value, standard_error, level) -%}
    case
        when {{ every_group([value, standard_error], groups) }}
            then {{ operand(unlinked(line_middle(value) ~ ' + ' ~ slope ~ ' / 2', link)) }}
            / {{ operand(unlinked(line_middle(value) ~ ' - ' ~ slope ~ ' / 2', link)) }}
    end
    {%- endif -%}
{%- endmacro %}


{# Whether every group has these columns and a weight, an aggregate. Arguments: columns; groups, how many there are. #}
{% macro every_group(columns, groups) -%}
    count({% for column in columns %}{{ operand(column) }} * {% endfor %}most_deprived_weight) = {{ groups }}
{%- endmacro %}


{# The linked value of the line at an end, an aggregate. Arguments: value; end, 'most' or 'least' deprived. #}
{% macro line_end(value, end) -%}
    sum({{ operand(value) }} * {{ end }}_deprived_weight)
{%- endmacro %}


{# The linked value of the line midway between its ends, an aggregate. #}
{% macro line_middle(value) -%}
    sum({{ operand(value) }} * (most_deprived_weight + least_deprived_weight)) / 2
{%- endmacro %}


{# The variance of an end, or how both vary together, an aggregate. Arguments: standard_error; end, other_end. #}
{% macro line_covariance(standard_error, end, other_end) -%}
    sum(power({{ operand(standard_error) }}, 2) * {{ end }}_deprived_weight * {{ other_end }}_deprived_weight)
{%- endmacro %}


{# A limit of the slope on the scale of the link, an aggregate. Arguments: side, value, standard_error, level. #}
{% macro slope_limit(side, value, standard_error, level) -%}
    {%- set difference = '(least_deprived_weight - most_deprived_weight)' -%}
    (
        sum({{ operand(value) }} * {{ difference }})
        {{ side }} {{ normal_deviate(level) }} * sqrt(sum(power({{ operand(standard_error) }} * {{ difference }}, 2)))
    )
{%- endmacro %}


{#
    The linked value of the line at a group; a window expression over the rows of `weighted`.
    Arguments: value, linked if there is a link; ridit; partition_by as in ridit.
#}
{% macro line_value(value, ridit, partition_by=none) -%}
    {%- set v, b, over = operand(value), operand(ridit), 'over (partition by ' ~ partition_by ~ ')' if partition_by else 'over ()' -%}
    sum({{ v }} * most_deprived_weight) {{ over }} * (1 - {{ b }})
    + sum({{ v }} * least_deprived_weight) {{ over }} * {{ b }}
{%- endmacro %}


{#
    How far the values lie from the line, in their standard errors: a sum of squares, an aggregate. If the true
    gradient is a line, it follows chi-squared on two degrees of freedom fewer than groups.
    Arguments: value, line_value, standard_error: columns; groups, how many there are.
#}
{% macro lack_of_fit_statistic(value, line_value, standard_error, groups=5) -%}
    {%- set residual = '(' ~ operand(value) ~ ' - ' ~ operand(line_value) ~ ') / nullif(' ~ standard_error ~ ', 0)' -%}
    case when count({{ residual }}) = {{ groups }} then sum(power({{ residual }}, 2)) end
{%- endmacro %}


{#
    Whether the gradient is not a line (at the 5% level), so that the slope index does not describe it; an aggregate.
    Arguments: as lack_of_fit_statistic; groups 5 or 10.
    Result: a boolean. The critical values are chi-squared's 95% quantiles on 3 and 8 degrees of freedom.
    Errors: another number of groups.
#}
{% macro lack_of_fit(value, line_value, standard_error, groups=5) -%}
    {%- set critical = {5: '7.814727903251178e0', 10: '15.507313055865454e0'} -%}
    {%- if groups not in critical -%}
        {{ exceptions.raise_compiler_error("lack_of_fit knows 5 or 10 groups, and was given " ~ groups ~ ".") }}
    {%- endif -%}
    {{ lack_of_fit_statistic(value, line_value, standard_error, groups) }} > {{ critical[groups] }}
{%- endmacro %}
