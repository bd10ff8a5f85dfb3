{#
    What a policy of disclosure control does to one count of patients. The policy is the variable disclosure_policy:

        nhs_england     0 shown, 1 to 7 hidden, the rest rounded to 5
        opensafely      7 or fewer hidden, 0 too, the rest rounded to 5
        midpoint6       rounded to the middle of its six: 0 is 0, 1 to 6 are 3, 7 to 12 are 9; nothing hidden for its size
        exact_totals    0 shown, 1 to 7 hidden, the rest as it is

    Totals are rounded by themselves, not added up from rounded counts. What these rules leave to be worked out by
    adding and subtracting is hidden in released_counts.
    Source: NHS England, HES and ECDS disclosure control methodology; OpenSAFELY, statistical disclosure control.
#}

{#
    The policy.
    Result: its name.
    Errors: the variable is none of the four.
#}
{% macro disclosure_policy() %}
    {% set policies = ['nhs_england', 'opensafely', 'midpoint6', 'exact_totals'] %}
    {% set policy = var('disclosure_policy') %}
    {% if policy not in policies %}
        {{ exceptions.raise_compiler_error(
            "The variable disclosure_policy is '" ~ policy ~ "': " ~ suggestion(policy | string, policies)
        ) }}
    {% endif %}
    {{ return(policy) }}
{% endmacro %}


{#
    Whether a count is hidden for its size.
    Arguments: count, a whole number of patients.
    Result: a condition, never null.
#}
{% macro is_small_count(count) -%}
    {%- set policy = disclosure_policy() -%}
    {%- if policy == 'midpoint6' -%}
    false
    {%- elif policy == 'opensafely' -%}
    coalesce({{ operand(count) }} <= 7, false)
    {%- else -%}
    coalesce({{ operand(count) }} between 1 and 7, false)
    {%- endif -%}
{%- endmacro %}


{#
    Whether the numerator of a denominator is hidden for its size: its own, or that of the complement, which
    anybody can subtract (99 of 100 tells of the one).
    Arguments: numerator, denominator, whole numbers of patients.
    Result: a condition, never null.
#}
{% macro is_small_numerator(numerator, denominator) -%}
    {%- set x, n = operand(numerator), operand(denominator) -%}
    ({{ is_small_count(x) }} or ({{ is_small_count(n ~ ' - ' ~ x) }} and {{ x }} > 0))
{%- endmacro %}


{#
    A count as it may be shown.
    Arguments: count, a whole number of patients.
    Result: a whole number; null if it is hidden for its size.
#}
{% macro released_count(count) -%}
    {%- set policy, x = disclosure_policy(), operand(count) -%}
    {%- if policy == 'midpoint6' -%}
    case when {{ x }} > 0 then 6 * cast(floor(({{ x }} + 5) / 6) as {{ dbt.type_bigint() }}) - 3 else {{ x }} end
    {%- elif policy == 'exact_totals' -%}
    case when not {{ is_small_count(x) }} then {{ x }} end
    {%- else -%}
    case when not {{ is_small_count(x) }} then 5 * cast(floor(({{ x }} + 2) / 5) as {{ dbt.type_bigint() }}) end
    {%- endif -%}
{%- endmacro %}


{#
    Whether the protected counts of one line of a table (they and the shown ones add up to a total) give themselves away,
    an aggregate over the parts of the line. They do if all of them are as small as a protected count can be, or as
    large: then the total, even a rounded one, may tell each. Where totals are exact, any hidden count may be had from some total.
    Arguments: count; is_protected, a condition; largest, the largest that a protected count can be, none if unknown.
#}
{% macro gives_itself_away(count, is_protected, largest=none) -%}
    {%- set policy, x = disclosure_policy(), operand(count) -%}
    {%- set smallest = 0 if policy == 'opensafely' else 1 -%}
    {%- if policy == 'exact_totals' -%}
    bool_or({{ is_protected }})
    {%- else -%}
    coalesce(
        sum(case when {{ is_protected }} then {{ x }} - {{ smallest }} end) = 0
        {%- if largest is not none %}
        or sum(case when {{ is_protected }} then {{ largest }} - {{ x }} end) = 0
        {%- endif %},
        false
    )
    {%- endif -%}
{%- endmacro %}


{#
    Whether a released count stands for 8 events or more, so that a ratio, gap or slope may rest on it.
    Arguments: count, as released.
    Result: a condition; null if the count is hidden.
#}
{% macro has_enough_events(count) -%}
    {{ operand(count) }} >= {{ 10 if disclosure_policy() == 'midpoint6' else 8 }}
{%- endmacro %}


{#
    A figure that rests on two groups, if both have enough events, and 10 between them.
    Arguments: figure; numerator, other_numerator, as released.
    Result: the figure, else null.
#}
{% macro if_enough_events(figure, numerator, other_numerator) -%}
    case
        when {{ has_enough_events(numerator) }} and {{ has_enough_events(other_numerator) }}
            and {{ operand(numerator) }} + {{ operand(other_numerator) }} >= 10
            then {{ figure }}
    end
{%- endmacro %}
