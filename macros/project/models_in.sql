{#
    What marts gather, they find by themselves: a new search is its own files, and there is no list to keep in step.

    dbt has no public interface for "every model of this folder" while it parses, and parses only the files that changed.
    The three macros below use what there is: the files that dbt has read, and the nodes that it has kept. What they rely on
    is tested by tests/python/test_gathering.py, which fails when a new version of dbt does it in another way.
#}

{#
    The models in a folder of any model path, ours, a team's or a package's.
    Arguments: folder, such as 'cohorts' or 'concepts/conditions'; models/marts/cohorts is not in 'cohorts'.
    Result: a sorted list of names. In a unit test, which has no files, they are those that it gives.
#}
{% macro models_in(folder) %}
    {% set names = [] %}
    {% for file in builtins.ref.manifest.files.values() if file.parse_file_type == 'model' %}
        {% set path = file.path.relative_path.replace('\\', '/') %}
        {% if path.startswith(folder ~ '/') and path.endswith('.sql') %}
            {% do names.append(path[:-4].split('/') | last) %}
        {% endif %}
    {% endfor %}
    {% if not builtins.ref.manifest.files %}
        {% for node in builtins.ref.manifest.nodes.values() %}
            {% if (node.fqn[1:] | join('/')).startswith(folder ~ '/') %}{% do names.append(node.name) %}{% endif %}
        {% endfor %}
    {% endif %}
    {{ return(names | sort) }}
{% endmacro %}


{#
    The models of a layer, which become the parents of the model that asks.
    Arguments: layer, 'cohorts' or 'indicators', written as gathered('cohorts') in the model's own text (see join_gatherers).
    Result: a sorted list of names.
    Errors: one that dbt has not made a parent.
#}
{% macro gathered(layer) %}
    {% set names, parents = models_in(layer), [] %}
    {% for parent in model.depends_on.nodes %}{% do parents.append(parent.split('.')[2]) %}{% endfor %}
    {% for name in names %}
        {% if not execute %}
            {% do ref(name) %}
        {% elif name not in parents %}
            {{ exceptions.raise_compiler_error(
                model.name ~ ' does not stand on ' ~ name ~ ', because dbt still goes by what it parsed before there was one: '
                ~ 'run dbt parse --no-partial-parse, then the same command again.'
            ) }}
        {% endif %}
    {% endfor %}
    {{ return(names) }}
{% endmacro %}


{#
    Makes the model that is being parsed a parent of those that gather its layer. dbt does so itself when it parses them too; a
    model that is added to a project parsed before is parsed alone, and this is where it is known.
#}
{% macro join_gatherers() %}
    {% if not execute and model.resource_type == 'model' %}
        {% set call = "gathered('" ~ model.fqn[1] ~ "')" %}
        {# The nodes of this parse have no parents yet. #}
        {% for node in builtins.ref.manifest.nodes.values() if node.depends_on.nodes and call in node.raw_code %}
            {% do node.depends_on.add_node(model.unique_id) %}
        {% endfor %}
    {% endif %}
{% endmacro %}


{#
    What dbt knows of a model or seed, whichever package it is in.
    Arguments: name.
    Result: a node of the graph; none while dbt parses, in a unit test, or if there is none of this name.
#}
{% macro node_named(name) %}
    {% set nodes = graph.get('nodes', {}) if execute else {} %}
    {% for kind in ['model', 'seed'] if kind ~ '.' ~ project_name ~ '.' ~ name in nodes %}
        {{ return(nodes[kind ~ '.' ~ project_name ~ '.' ~ name]) }}
    {% endfor %}
    {% for id in nodes if id.split('.')[0] in ['model', 'seed'] and id.split('.')[2] == name %}
        {{ return(nodes[id]) }}
    {% endfor %}
    {{ return(none) }}
{% endmacro %}
