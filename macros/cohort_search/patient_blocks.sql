{#
    True when age in completed years on the as-of date is in the closed range.
    Arguments: at_least, at_most: years, one or both.
    Errors: no bound, or one that is not a number.
#}
{% macro aged(at_least=none, at_most=none) %}
    {% do check_number('aged', 'at_least', at_least) %}
    {% do check_number('aged', 'at_most', at_most) %}
    {% if at_least is none and at_most is none %}
        {{ exceptions.raise_compiler_error('aged needs at_least, at_most or both, in years.') }}
    {% endif %}
    {% set conditions, words = [], 'aged ' %}
    {% if at_least is not none %}{% do conditions.append('registered_patient.age >= ' ~ at_least) %}{% endif %}
    {% if at_most is not none %}{% do conditions.append('registered_patient.age <= ' ~ at_most) %}{% endif %}
    {% set words %}aged {% if at_most is none %}{{ at_least }} or over{% elif at_least is none %}{{ at_most }} or under{% else %}{{ at_least }} to {{ at_most }}{% endif %}{% endset %}
    {% set sql = '(' ~ conditions | join(' and ') ~ ')' %}
    {{ return(block(
        sql=sql,
        words=words,
        evidence="case when " ~ sql ~ " then concat('Aged ', registered_patient.age) end"
    )) }}
{% endmacro %}


{# True when the patient lives in Core20, the most deprived fifth of England (IMD deciles 1 and 2). #}
{% macro in_core20() %}
    {% set sql = 'coalesce(registered_patient.is_core20, false)' %}
    {{ return(block(
        sql=sql,
        words='living in Core20, the most deprived fifth of England',
        evidence="case when " ~ sql ~ " then concat('IMD decile ', registered_patient.imd_decile) end"
    )) }}
{% endmacro %}
