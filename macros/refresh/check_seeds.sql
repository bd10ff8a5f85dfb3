{# Post-hook of every seed: keeps which file its table was loaded from. #}
{% macro keep_checksum() -%}
    comment on table {{ this }} is '{{ model.checksum.checksum }}'
{%- endmacro %}


{#
    Stops a run that builds a model on a codelist, or another seed, whose file has changed since it was loaded, and does not
    load it: a daily refresh (selectors.yml), or a part.
    Errors: as said, naming the file.
#}
{% macro check_seeds() %}
    {% if execute and flags.WHICH in ['build', 'run'] %}
        {% set needed = [] %}
        {% for name in selected_resources if name.startswith('model.') %}
            {% for parent in graph.nodes[name].depends_on.nodes %}
                {% if parent.startswith('seed.') and parent not in selected_resources and parent not in needed %}
                    {% do needed.append(parent) %}
                {% endif %}
            {% endfor %}
        {% endfor %}
        {% set comments = [] %}
        {% for name in needed %}{% do comments.append(comment_of(relation_of(name))) %}{% endfor %}
        {% set loaded = run_query('select ' ~ comments | join(', ')).rows[0].values() | list if needed else [] %}
        {% for name in needed %}
            {% set seed, checksum = graph.nodes[name], loaded[loop.index0] %}
            {% if checksum != seed.checksum.checksum %}
                {{ exceptions.raise_compiler_error(
                    seed.original_file_path ~ (' has changed since it was loaded' if checksum else ' is not loaded yet')
                    ~ ': run a whole dbt build, or load it with dbt seed --select ' ~ seed.name ~ '.'
                ) }}
            {% endif %}
        {% endfor %}
    {% endif %}
{% endmacro %}
