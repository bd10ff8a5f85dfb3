{#
    A building block of a search, as every block of this folder returns it.
    Arguments: sql, a boolean expression that is never null; words, what it means, in the middle of
    a sentence; evidence, a text expression that says what was recorded where the block is true
    (elsewhere it means nothing and is not shown); concepts, the models it reads beside registered_patient; absent_words and
    absent_evidence, the words and a text expression for use in none_of, when the block is false;
    is_joined, whether the words want brackets inside other words.
    Result: a dictionary with these keys.
#}
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


{# Text as a SQL literal. #}
{% macro text_literal(text) %}
    {{- return(dbt.string_literal(dbt.escape_single_quotes(text))) -}}
{% endmacro %}


{# Words at the start of a sentence. #}
{% macro sentence_case(words) %}
    {{ return(words[0] | upper ~ words[1:]) }}
{% endmacro %}


{#
    What a concept is called in the middle of a sentence, from the name of its model:
    vaccination_covid_19 is 'COVID-19 vaccination', observation_bmi is 'BMI'.
    Arguments: concept, the name of a concept model. A new abbreviation is a new entry below.
#}
{% macro title_of(concept) %}
    {% set spellings = {
        'audit_c': 'AUDIT-C', 'bmi': 'BMI', 'copd': 'COPD', 'covid_19': 'COVID-19', 'egfr': 'eGFR', 'hba1c': 'HbA1c',
        'ldl': 'LDL', 'mmr': 'MMR', 'nhs_health_check': 'NHS Health Check', 'non_diabetic': 'non-diabetic',
        'qrisk': 'QRISK', 'tia': 'TIA',
    } %}
    {% set kind, name = concept.split('_', 1) %}
    {% set title = namespace(value='_' ~ name ~ '_') %}
    {% for abbreviation, spelling in spellings.items() %}
        {% set title.value = title.value.replace('_' ~ abbreviation ~ '_', '_' ~ spelling ~ '_') %}
    {% endfor %}
    {{ return(title.value.strip('_').replace('_', ' ') ~ (' vaccination' if kind == 'vaccination' else '')) }}
{% endmacro %}
