{% macro check_variables() %}
    {% set known = known_variables() %}
    {% for name in invocation_args_dict.vars if name not in known %}
        {% do stop('There is no variable ' ~ name ~ '; ' ~ suggestion(name, known)) %}
    {% endfor %}
    {% set as_of_date = iso_date(var('as_of_date'), 'the variable as_of_date') %}
    {% set extract_date = iso_date(var('extract_date'), 'the variable extract_date') %}
    {% if as_of_date > extract_date %}
        {% do stop(
            'The variable as_of_date is ' ~ as_of_date ~ ', after the extract_date ' ~ extract_date ~ ', and an extract '
            ~ 'says nothing of the days after it: give an earlier as_of_date, or with a later extract its extract_date too.') %}
    {% endif %}
    {% do release_asked() %}
    {% do check_disclosure_key() %}
{% endmacro %}

{% macro known_variables() %}
    {% set names, projects = [], builtins.ref.config.load_dependencies() %}
    {% for project in projects.values() %}
        {% for name, value in project.vars.to_dict().items() %}
            {# Those of one package may stand under its name. #}
            {% do names.extend(value if name in projects else [name]) %}
        {% endfor %}
    {% endfor %}
    {{ return(names | unique | sort) }}
{% endmacro %}
