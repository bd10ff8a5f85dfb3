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

{% macro gathered(layer) %}
    {% set names, parents = models_in(layer), [] %}
    {% for parent in model.depends_on.nodes %}{% do parents.append(parent.split('.')[2]) %}{% endfor %}
    {% for name in names %}
        {% if not execute %}
            {% do ref(name) %}
        {% elif name not in parents %}
            {% do stop(
                model.name ~ ' does not stand on ' ~ name ~ ', because dbt still goes by what it parsed before there was one: '
                ~ 'run dbt parse --no-partial-parse, then the same command again.') %}
        {% endif %}
    {% endfor %}
    {{ return(names) }}
{% endmacro %}

{% macro join_gatherers() %}
    {% if not execute and model.resource_type == 'model' %}
        {% set call = "gathered('" ~ model.fqn[1] ~ "')" %}
        {# The nodes of this parse have no parents yet. #}
        {% for node in builtins.ref.manifest.nodes.values() if node.depends_on.nodes and call in node.raw_code %}
            {% do node.depends_on.add_node(model.unique_id) %}
        {% endfor %}
    {% endif %}
{% endmacro %}

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
