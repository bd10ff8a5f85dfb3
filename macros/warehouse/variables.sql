{#
    Stops the command at a variable that nobody knows, or whose value cannot be meant, and at a secret that can be
    guessed.
#}
{% macro check_variables() %}
    {% set known = known_variables() %}
    {% for name in invocation_args_dict.vars if name not in known %}
        {{ exceptions.raise_compiler_error('There is no variable ' ~ name ~ '; ' ~ suggestion(name, known)) }}
    {% endfor %}
    {% set as_of_date = iso_date(var('as_of_date'), 'the variable as_of_date') %}
    {% set extract_date = iso_date(var('extract_date'), 'the variable extract_date') %}
    {% if as_of_date > extract_date %}
        {{ exceptions.raise_compiler_error(
            'The variable as_of_date is ' ~ as_of_date ~ ', after the extract_date ' ~ extract_date ~ ', and an extract '
            ~ 'says nothing of the days after it: give an earlier as_of_date, or with a later extract its extract_date too.'
        ) }}
    {% endif %}
    {% do release_asked() %}
    {% do stop_at_a_bad_key() %}
{% endmacro %}


{#
    The variables to which dbt_project.yml of this project, or of one of its packages, gives a value: a list of
    names. dbt has no public interface for that; test_warehouse_state.py says so if a new version changes it.
#}
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
