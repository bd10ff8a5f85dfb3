{#
    From what a table is about to be built, and from what it was.
    Arguments: sql, of the model; table, the relation that is there, none if there is none.
    Result: {definition, version, earlier_version, build_number, is_small_change, built_from}. The definition is a checksum of the SQL
    without the extract date, which moves with every extract (whose rows are dated after it is a part of the fingerprints),
    of the codelists as loaded and of the definitions of the staged tables that it reads (of no others: they may not be
    made yet); the versions are those of extract_version; built_from is what set_comment left on the table.
    Errors: a table of staging, and the files are others than those that extract_version was built from.
#}
{% macro state_of_build(sql, table=none) %}
    {% set is_staging = 'staging' in model.fqn %}
    {% set parts = [sql.replace(date_variable('extract_date'), 'the extract date') if is_staging else sql] %}
    {% set comments = [comment_of(table)] %}
    {% for name in model.depends_on.nodes %}
        {% if name.startswith('seed.') %}
            {% do comments.append(comment_of(relation_of(name))) %}
        {% elif name.startswith('model.phm.stg_') and not is_staging %}
            {% do comments.append(comment_of(relation_of(name.replace('.stg_', '.base_')))) %}
        {% endif %}
    {% endfor %}
    {# One query, since a refresh asks this of a hundred tables. #}
    {% set found = run_query(
        'select version.*, ' ~ comments | join(', ') ~ ' from ' ~ relation_of('model.phm.extract_version') ~ ' as version'
    ) %}
    {% set version = found.rows[0] %}
    {% if is_staging and version['files'] != state_of_extract() %}
        {{ exceptions.raise_compiler_error(
            model.name ~ ' is to be built without what tells who has changed, and the files in ' ~ extract_folder()
            ~ ' are others than at the last build: build that too, with --select +' ~ model.name
        ) }}
    {% endif %}
    {% set comments = (version.values() | list)[-(comments | length):] %}
    {% for comment in comments[1:] %}{% do parts.append((comment or 'none').split(' ')[0]) %}{% endfor %}
    {{ return({
        'definition': local_md5(parts | join(' ')),
        'version': version['version'],
        'earlier_version': version['earlier_version'],
        'build_number': version['build_number'],
        'is_small_change': 5 * version['changed_patients'] <= version['patients'],
        'built_from': comments[0],
    }) }}
{% endmacro %}


{#
    Whether only the rows of changed patients need to be made.
    Arguments: table, the relation that is there; state, of state_of_build.
#}
{% macro is_refresh(table, state) %}
    {% if table is none or table.type != 'table' or flags.FULL_REFRESH or not state.is_small_change %}
        {{ return(false) }}
    {% endif %}
    {{ return(state.built_from in [
        state.definition ~ ' ' ~ state.version, state.definition ~ ' ' ~ state.earlier_version,
    ]) }}
{% endmacro %}


{#
    For a hook of a model that is a plain table and asks is_refresh itself: keeps from what it has been built.
    Arguments: sql, as given to state_of_build.
#}
{% macro keep_state(sql) %}
    {% if execute %}
        {% set state = state_of_build(sql) %}
        {% do set_comment(this, state.definition ~ ' ' ~ state.version) %}
    {% endif %}
{% endmacro %}


{# The comment of a table, as an expression; null if it has none, or there is no table. #}
{% macro comment_of(relation) %}
    {% if relation is none %}
        {{ return('null') }}
    {% endif %}
    {{ return(
        "(select comment from duckdb_tables() where database_name = '" ~ relation.database ~ "' and schema_name = '"
        ~ relation.schema ~ "' and table_name = '" ~ relation.identifier ~ "')"
    ) }}
{% endmacro %}


{# Sets it, at once. #}
{% macro set_comment(relation, comment) %}
    {% call statement('comment', auto_begin=false) %}
        comment on table {{ relation }} is '{{ comment }}'
    {% endcall %}
{% endmacro %}


{#
    The relation of a model or seed that a macro reads without a line in the lineage: what reads it follows it by other ways.
    Where the model is deferred (make impact), it is that of the other build.
    Arguments: name, as in the graph.
#}
{% macro relation_of(name) %}
    {% set node = graph.nodes[name] %}
    {% set own = api.Relation.create(database=node.database, schema=node.schema, identifier=node.alias) %}
    {% if node.defer_relation and not load_relation(own) %}
        {{ return(api.Relation.create(
            database=node.defer_relation.database, schema=node.defer_relation.schema, identifier=node.defer_relation.alias
        )) }}
    {% endif %}
    {{ return(own) }}
{% endmacro %}


{# The rows of this model that the build before left, if it has these columns; none at the first build. #}
{% macro earlier_rows(columns) %}
    {# in a unit test there is no `this` #}
    {% if execute and this and not flags.FULL_REFRESH and load_relation(this) %}
        {% set present = adapter.get_columns_in_relation(this) | map(attribute='name') | list %}
        {% if columns | reject('in', present) | list | length == 0 %}
            {{ return(this) }}
        {% endif %}
    {% endif %}
    {{ return(none) }}
{% endmacro %}
