{#
    What a policy of disclosure control does to one count of patients. The policy is the variable disclosure_policy:

        nhs_england     0 shown, 1 to 7 hidden, the rest rounded to 5
        opensafely      7 or fewer hidden, 0 too, the rest rounded to 5
        midpoint6       the middle of its six: 0 is 0, 1 to 6 are 3, 7 to 12 are 9; nothing is hidden for its size
        exact_totals    0 shown, 1 to 7 hidden, the rest as it is

    Totals are rounded by themselves, not added up from rounded counts. A count that these rules leave to be worked
    out by adding and subtracting is protected in models/disclosure_control.
    Source: NHS England, HES and ECDS disclosure control methodology; OpenSAFELY, statistical disclosure control.
#}

{#
    The policy.
    Result: {largest_small, zero_is_small, hides_small}: the largest count that is small, whether 0 is, and whether
    small counts are hidden (or only rounded); and its name.
    Errors: the variable is none of the four.
#}
{% macro disclosure_policy() %}
    {% set policies = {
        'nhs_england': {'largest_small': 7, 'zero_is_small': false, 'hides_small': true},
        'opensafely': {'largest_small': 7, 'zero_is_small': true, 'hides_small': true},
        'midpoint6': {'largest_small': 6, 'zero_is_small': false, 'hides_small': false},
        'exact_totals': {'largest_small': 7, 'zero_is_small': false, 'hides_small': true},
    } %}
    {% set policy = var('disclosure_policy') %}
    {% if policy not in policies %}
        {{ exceptions.raise_compiler_error(
            "The variable disclosure_policy is '" ~ policy ~ "': " ~ suggestion(policy | string, policies | list)
        ) }}
    {% endif %}
    {{ return(dict(policies[policy], name=policy)) }}
{% endmacro %}


{#
    A count as the policy rounds it, before anything is hidden.
    Arguments: count, a whole number of patients.
    Result: a whole number.
#}
{% macro rounded_count(count) -%}
    {%- set policy, x = disclosure_policy().name, operand(count) -%}
    {%- if policy == 'midpoint6' -%}
    case when {{ x }} > 0 then 6 * cast(floor(({{ x }} + 5) / 6) as {{ dbt.type_bigint() }}) - 3 else 0 end
    {%- elif policy == 'exact_totals' -%}
    {{ x }}
    {%- else -%}
    5 * cast(floor(({{ x }} + 2) / 5) as {{ dbt.type_bigint() }})
    {%- endif -%}
{%- endmacro %}


{#
    The size of a count in the policy's eyes.
    Arguments: count, a whole number of patients.
    Result: 'none', 'small' or 'large'.
#}
{% macro count_size(count) -%}
    {%- set policy = disclosure_policy() -%}
    case
        when {{ operand(count) }} > {{ policy.largest_small }} then 'large'
        when {{ operand(count) }} > 0 then 'small'
        else '{{ 'small' if policy.zero_is_small else 'none' }}'
    end
{%- endmacro %}


{#
    Whether a count says something of so few patients that nobody may work it out.
    Arguments: count, a whole number of patients.
    Result: a condition.
#}
{% macro is_sensitive_count(count) -%}
    {{ operand(count) }} between 1 and {{ disclosure_policy().largest_small }}
{%- endmacro %}


{#
    Whether a count is hidden for its size.
    Arguments: count, a whole number of patients.
    Result: a condition.
#}
{% macro is_hidden_for_its_size(count) -%}
    {{ "(" ~ count_size(count) ~ ") = 'small'" if disclosure_policy().hides_small else 'false' }}
{%- endmacro %}


{#
    What it takes that one patient more, or fewer, in a count could not be noticed by a reader who knows the policy.
    Small counts stay small in it and others do not become so, so that even a reader who guesses rightly why a count is
    hidden is left in doubt.
    Arguments: count; by, 1 or -1.
    Result: 0 if what is published stays as it is; the count if it would have to be hidden first; null if
    hiding it does not help.
#}
{% macro cost_of_change(count, by) -%}
    {%- set policy, x, changed = disclosure_policy(), operand(count), '(' ~ operand(count) ~ ' + ' ~ by ~ ')' -%}
    case
        when {{ changed }} < 0 then null
        {{- no_change_near_none(x, changed) | indent(4) }}
        {%- if policy.hides_small %}
        when ({{ count_size(changed) }}) != ({{ count_size(x) }}) then null
        when {{ is_hidden_for_its_size(x) }} then 0
        {%- endif %}
        when {{ rounded_count(changed) }} = {{ rounded_count(x) }} then 0
        else {{ x }}
    end
{%- endmacro %}


{#
    The same for a numerator, whose denominator stays. Its complement is as much of a secret (99 of 100 tells of the
    one), and nothing is shown of a row whose denominator is hidden.
    Arguments: numerator, denominator, by.
    Result: as cost_of_change; the denominator where something would have to be hidden.
#}
{% macro cost_of_numerator_change(numerator, denominator, by) -%}
    {%- set policy, x, n = disclosure_policy(), operand(numerator), operand(denominator) -%}
    {%- set changed = '(' ~ x ~ ' + ' ~ by ~ ')' -%}
    case
        when not {{ changed }} between 0 and {{ n }} then null
        {%- if policy.hides_small %}
        when {{ is_hidden_for_its_size(n) }} then 0
        {%- endif %}
        {{- no_change_near_none(x, changed) | indent(4) }}
        {%- if policy.hides_small %}
        {{- no_change_near_none('(' ~ n ~ ' - ' ~ x ~ ')', '(' ~ n ~ ' - ' ~ changed ~ ')') | indent(4) }}
        when ({{ count_size(changed) }}) != ({{ count_size(x) }}) then null
        when ({{ count_size(n ~ ' - ' ~ changed) }}) != ({{ count_size(n ~ ' - ' ~ x) }}) then null
        when {{ is_hidden_for_its_size(x) }} or {{ is_hidden_for_its_size(n ~ ' - ' ~ x) }} then 0
        {%- endif %}
        when {{ rounded_count(changed) }} = {{ rounded_count(x) }} then 0
        else {{ n }}
    end
{%- endmacro %}


{#
    The same for a numerator that changes together with its denominator: the complement stays.
    Arguments: numerator, denominator, by.
    Result: what the numerator costs, without the denominator (cost_of_change); as there.
#}
{% macro cost_of_numerator_change_with_denominator(numerator, denominator, by) -%}
    {%- set policy, x, n = disclosure_policy(), operand(numerator), operand(denominator) -%}
    {%- set changed = '(' ~ x ~ ' + ' ~ by ~ ')' -%}
    case
        when {{ changed }} < 0 then null
        {%- if policy.hides_small %}
        when {{ is_hidden_for_its_size(n) }} then 0
        {%- endif %}
        {{- no_change_near_none(x, changed) | indent(4) }}
        {%- if policy.hides_small %}
        when ({{ count_size(changed) }}) != ({{ count_size(x) }}) then null
        when {{ is_hidden_for_its_size(x) }} or {{ is_hidden_for_its_size(n ~ ' - ' ~ x) }} then 0
        {%- endif %}
        when {{ rounded_count(changed) }} = {{ rounded_count(x) }} then 0
        else {{ n }}
    end
{%- endmacro %}


{#
    Of the three above, a change from nobody to one patient or from one to nobody: a 0 is shown, and what is hidden is
    known not to be one. Where 0 is small there is nothing to say.
    Arguments: count, changed, whole numbers of patients.
    Result: a branch of a case.
#}
{% macro no_change_near_none(count, changed) -%}
    {%- if not disclosure_policy().zero_is_small %}
    when {{ count }} = 0 or {{ changed }} = 0 then null
    {%- endif %}
{%- endmacro %}


{#
    Whether the numerator of a denominator leaves room for one patient more, or fewer, outside the numerator.
    Arguments: numerator, denominator, by.
    Result: a condition.
#}
{% macro leaves_room_for_change(numerator, denominator, by) -%}
    {%- set policy, x, n = disclosure_policy(), operand(numerator), operand(denominator) -%}
    {%- set rest, changed = n ~ ' - ' ~ x, '(' ~ n ~ ' - ' ~ x ~ ' + ' ~ by ~ ')' -%}
    {{ changed }} >= 0
    {%- if policy.hides_small %}
    and (
        {{ is_hidden_for_its_size(n) }}
        or {{ is_hidden_for_its_size(x) }}
        or ({{ count_size(changed) }}) = ({{ count_size(rest) }})
    )
    {%- endif %}
{%- endmacro %}


{#
    Whether a released count stands for 8 events or more, so that a ratio, gap or slope may rest on it.
    Arguments: count, as released.
    Result: a condition; null if the count is hidden.
#}
{% macro has_enough_events(count) -%}
    {{ operand(count) }} >= {{ 8 if disclosure_policy().hides_small else 10 }}
{%- endmacro %}
