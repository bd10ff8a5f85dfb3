{#
    The policy of disclosure control, the variable disclosure_policy. Both hide counts of 7 or fewer and figures under 10
    (released_count), and what has such a complement.

        opensafely      0 is hidden too
        nhs_england     0 is shown, except where its noise would have made it a patient or two

    Source: OpenSAFELY, statistical disclosure control; NHS England, HES and ECDS disclosure control methodology.
    Result: its name.
    Errors: the variable is neither.
#}
{% macro disclosure_policy() %}
    {% set policies, policy = ['opensafely', 'nhs_england'], var('disclosure_policy') | string %}
    {% set refused = {
        'exact_totals': 'exact counts of several measures, compared with each other, tell small ones',
        'midpoint6': 'without noise, counts of several measures, compared with each other, tell small ones',
    } %}
    {% if policy in refused %}
        {{ exceptions.raise_compiler_error(
            "The variable disclosure_policy is '" ~ policy ~ "', which is refused because " ~ refused[policy]
            ~ ": give 'opensafely' or 'nhs_england'."
        ) }}
    {% elif policy not in policies %}
        {{ exceptions.raise_compiler_error(
            "The variable disclosure_policy is '" ~ policy ~ "': " ~ suggestion(policy, policies)
        ) }}
    {% endif %}
    {{ return(policy) }}
{% endmacro %}
