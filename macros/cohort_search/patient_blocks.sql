{% macro aged(at_least=none, at_most=none, on=none) %}
    {% do check_arguments('aged', kwargs, ['at_least', 'at_most', 'on']) %}
    {% do check_number('aged', 'at_least', at_least) %}
    {% do check_number('aged', 'at_most', at_most) %}
    {% if at_least is none and at_most is none %}
        {% do stop('aged needs at_least, at_most or both, in years.') %}
    {% elif at_most is none %}
        {% set bound, words = '>= ' ~ at_least, at_least ~ ' or over' %}
    {% elif at_least is none %}
        {% set bound, words = '<= ' ~ at_most, at_most ~ ' or under' %}
    {% elif at_least == at_most %}
        {% set bound, words = '= ' ~ at_least, at_least %}
    {% else %}
        {% set bound, words = 'between ' ~ at_least ~ ' and ' ~ at_most, at_least ~ ' to ' ~ at_most %}
    {% endif %}
    {% if on is none %}
        {{ return(attribute_block('registered_patient.age ' ~ bound, 'aged ' ~ words, 'Aged ', 'age')) }}
    {% endif %}
    {% set day = iso_date(on, 'aged: on') %}
    {{ return(attribute_block(
        age_in_years('registered_patient.date_of_birth', date_literal(day)) ~ ' ' ~ bound,
        'aged ' ~ words ~ ' on ' ~ long_date(day), 'Born ', 'date_of_birth'
    )) }}
{% endmacro %}

{% macro sex_is() %}
    {% do check_arguments('sex_is', kwargs, []) %}
    {% do check_values('sex_is', varargs, ['female', 'male', 'indeterminate']) %}
    {{ return(attribute_block(is_one_of('sex', varargs), varargs | join(' or '), 'Sex: ', 'sex')) }}
{% endmacro %}

{% macro ethnic_group_is() %}
    {% do check_arguments('ethnic_group_is', kwargs, []) %}
    {% do check_values('ethnic_group_is', varargs, ['White', 'Mixed', 'Asian', 'Black', 'Other']) %}
    {{ return(attribute_block(
        is_one_of('ethnic_group', varargs), 'of ethnic group ' ~ varargs | join(' or '), 'Ethnic group: ', 'ethnic_group'
    )) }}
{% endmacro %}

{% macro ethnicity_recorded() %}
    {% do check_arguments('ethnicity_recorded', kwargs, []) %}
    {{ return(block(
        sql='registered_patient.ethnic_category is not null',
        words='ethnic category recorded',
        evidence="concat('Ethnic category ', registered_patient.ethnic_category)",
        absent_words='ethnic category not recorded'
    )) }}
{% endmacro %}

{% macro deprivation_quintile_is() %}
    {% do check_arguments('deprivation_quintile_is', kwargs, []) %}
    {% do check_values('deprivation_quintile_is', varargs, [1, 2, 3, 4, 5]) %}
    {{ return(attribute_block(
        'coalesce(registered_patient.imd_quintile in (' ~ varargs | join(', ') ~ '), false)',
        'living in deprivation quintile ' ~ varargs | join(' or '), 'Deprivation quintile ', 'imd_quintile'
    )) }}
{% endmacro %}

{% macro in_core20() %}
    {% do check_arguments('in_core20', kwargs, []) %}
    {{ return(attribute_block(
        'coalesce(registered_patient.is_core20, false)',
        'living in Core20, the most deprived fifth of England', 'IMD decile ', 'imd_decile'
    )) }}
{% endmacro %}

{% macro lives_rurally() %}
    {% do check_arguments('lives_rurally', kwargs, []) %}
    {{ return(attribute_block(is_one_of('rural_urban', ['rural']), 'living rurally', 'Lives in an area that is ', 'rural_urban')) }}
{% endmacro %}

{% macro is_one_of(attribute, values) %}
    {% set literals = [] %}
    {% for value in values %}{% do literals.append(text_literal(value)) %}{% endfor %}
    {{ return('registered_patient.' ~ attribute ~ ' in (' ~ literals | join(', ') ~ ')') }}
{% endmacro %}

{% macro attribute_block(sql, words, evidence_words, attribute) %}
    {{ return(block(
        sql=sql,
        words=words,
        evidence='concat(' ~ text_literal(evidence_words) ~ ', registered_patient.' ~ attribute ~ ')'
    )) }}
{% endmacro %}
