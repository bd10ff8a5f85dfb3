{% macro comment_on_evidence() %}
    {% set comments = {} %}
    {% for label in model.config.meta.criteria or [] %}
        {% do comments.update({'evidence_' ~ loop.index: {'description':
            label ~ ': what was recorded that meets this criterion, its value and its date; of an absence, the last entry'
            ~ ' outside the window, if there is one.'
        }}) %}
    {% endfor %}
    {% if execute %}{{ alter_column_comment(this, comments) }}{% endif %}
{% endmacro %}
