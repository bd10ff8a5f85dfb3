{% macro disclosure_policy() %}
    {% set policies, policy = ['opensafely', 'nhs_england'], setting('disclosure_policy') | string %}
    {% set refused = {
        'exact_totals': 'exact counts of several measures, compared with each other, tell small ones',
        'midpoint6': 'without noise, counts of several measures, compared with each other, tell small ones',
    } %}
    {% if policy in refused %}
        {% do stop("The variable disclosure_policy is '" ~ policy ~ "', which is refused because " ~ refused[policy]
            ~ ": give 'opensafely' or 'nhs_england'.") %}
    {% elif policy not in policies %}
        {% do stop("The variable disclosure_policy is '" ~ policy ~ "': " ~ suggestion(policy, policies)) %}
    {% endif %}
    {{ return(policy) }}
{% endmacro %}
