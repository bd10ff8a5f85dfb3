{% macro block(sql, words, evidence, concepts=[], absent_words=none, absent_evidence=none, is_joined=false) %}
    {% set opposite = absent_words or 'not ' ~ ('(' ~ words ~ ')' if is_joined else words) %}
    {{ return({
        'sql': sql,
        'words': words,
        'evidence': evidence,
        'concepts': concepts,
        'absent_words': opposite,
        'absent_evidence': absent_evidence or text_literal(sentence_case(opposite)),
        'is_joined': is_joined,
    }) }}
{% endmacro %}

{% macro text_literal(text) %}
    {{- return(dbt.string_literal(dbt.escape_single_quotes(text))) -}}
{% endmacro %}

{% macro sentence_case(words) %}{{ return(words[0] | upper ~ words[1:]) }}{% endmacro %}

{% macro title_of(concept) %}
    {% set spellings = {
        'audit_c': 'AUDIT-C', 'bmi': 'BMI', 'copd': 'COPD', 'covid_19': 'COVID-19', 'egfr': 'eGFR', 'hba1c': 'HbA1c',
        'ldl': 'LDL', 'mmr': 'MMR', 'nhs_health_check': 'NHS Health Check', 'non_diabetic': 'non-diabetic',
        'qrisk': 'QRISK', 'tia': 'TIA',
    } %}
    {% if 'own_spellings' in context %}{% do spellings.update(context['own_spellings']()) %}{% endif %}
    {% set kind, name = concept.split('_', 1) %}
    {% set title = namespace(value='_' ~ name ~ '_') %}
    {% for abbreviation, spelling in spellings.items() %}
        {% set title.value = title.value.replace('_' ~ abbreviation ~ '_', '_' ~ spelling ~ '_') %}
    {% endfor %}
    {{ return(title.value.strip('_').replace('_', ' ') ~ (' vaccination' if kind == 'vaccination' else '')) }}
{% endmacro %}
