{% macro planned_release(tables) %}
    {% if not tables %}{{ return({'is_made': false, 'is_kept': false}) }}{% endif %}
    {% set counts = checksums_of_counts(tables) %}
    {% set request = {
        'asked': release_asked(), 'as_of_date': var('as_of_date') | string, 'policy': setting('disclosure_policy'),
        'purpose': var('purpose'), 'counts': counts,
    } %}
    {% set plan = fromjson(run_query(
        'select plan_release(' ~ text_literal(published_folder()) ~ ', ' ~ text_literal(tojson(request)) ~ ')'
    ).rows[0][0]) %}
    {% do log(plan.words, info=true) %}
    {% set dates = [] %}
    {% for date in plan.as_of_dates %}{% do dates.append(date_literal(date)) %}{% endfor %}
    {% for table in tables if dates and 'as_of_date' in table.columns %}
        {% do table.update({
            'rows': '(select * from ' ~ table.relation ~ ' where as_of_date in (' ~ dates | join(', ') ~ '))'
        }) %}
    {% endfor %}
    {{ return(dict(plan, tables=tables, counts=counts[request.as_of_date])) }}
{% endmacro %}

{% macro release_asked() %}
    {% set asked = var('release') | string | lower %}
    {% if asked not in ['true', 'false', 'new_series'] %}
        {% do stop("The variable release is '" ~ asked ~ "': give true, false or new_series.") %}
    {% endif %}
    {{ return(asked) }}
{% endmacro %}

{% macro checksums_of_counts(tables) %}
    {% set counted = [
        'measure', 'indicator', 'area_type', 'area_code', 'dimension', 'dimension_group',
        'denominator', 'excluded', 'numerator',
    ] %}
    {% set checksums = {var('as_of_date') | string: ''} %}
    {% for table in tables if 'as_of_date' in table.columns %}
        {% set columns = [] %}
        {% for name in table.columns if name in counted %}
            {% do columns.append("coalesce(cast(" ~ name ~ " as varchar), 'null')") %}
        {% endfor %}
        {% if columns %}
            {% for date, checksum in run_query(
                "select cast(as_of_date as varchar), cast(sum(md5_number_lower(concat_ws(' ', " ~ columns | join(', ')
                ~ '))) as varchar) from ' ~ table.relation ~ ' group by as_of_date'
            ).rows %}
                {% do checksums.update({date: (checksums.get(date, '') ~ ' ' ~ checksum) | trim}) %}
            {% endfor %}
        {% endif %}
    {% endfor %}
    {{ return(checksums) }}
{% endmacro %}

{% macro hidden_in_words() %}
    {% set zero = 'A 0 is hidden like any other small count.' %}
    {% if setting('disclosure_policy') == 'nhs_england' %}
        {% set zero = 'A count of 0 is shown as 0 where that is safe.' %}
    {% endif %}
    {{ return(
        'No count is exact: each carries a little noise, which depends on the patients counted, and is rounded to 5. '
        ~ 'Hidden (null), so that nobody can be told from a small number: counts of 7 or fewer, figures under 10, and '
        ~ 'numerators whose complement or denominator is one. Everything else is computed from what is shown. ' ~ zero
    ) }}
{% endmacro %}
