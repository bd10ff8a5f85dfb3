{% macro check_warehouse() %}
    {% if execute and not is_unit_tests_alone() %}
        {% do check_variables() %}
        {% set state = warehouse_state() %}
        {% if builds_samples() and state %}
            {% do stop('--empty and --sample would put tables of few rows, or none, in the place of those that the warehouse '
                ~ 'holds: name a file that is not there yet in PHM_DATABASE.') %}
        {% elif still_to_build('') and state %}
            {% do stop_unless_same(state) %}
            {# The hooks of dbt retry see no selection; what it leaves undone, note_end says. #}
            {% if selected_resources and still_to_build(state.passed) %}{% do stop_if_under_way(state) %}{% endif %}
        {% elif still_to_build('') and sliced_marts() %}
            {% do stop('The warehouse has marts of an earlier version of this project, and nothing says what else it holds: '
                ~ 'run a whole dbt build first.') %}
        {% endif %}
    {% endif %}
{% endmacro %}

{% macro note_start() %}
    {% if execute and not is_unit_tests_alone() %}
        {% set state = warehouse_state() %}
        {% set asked = dict(requested_state(state), invocation_id=invocation_id, passed='') %}
        {% if not still_to_build('') %}
            {% set noted = warehouse_rows('slice') | map(attribute='as_of_date') | list %}
            {% set is_left = state.status in ['under way', 'in parts'] and state.as_of_date not in noted %}
            {% set left = state.as_of_date if is_left else none %}
            {% set wrong = wrong_slices([asked.as_of_date, left]) %}
            {% if wrong and asked.as_of_date not in wrong.values() | sum(start=[]) %}
                {% do stop(wrong_in_words(wrong)) %}
            {% elif not state %}
                {% do wrong_slices([], note='all') %}
            {% endif %}
            {% for mart in sliced_marts().values() if left and left != asked.as_of_date %}
                {% do run_query('delete from ' ~ mart ~ ' where as_of_date = ' ~ date_literal(left)) %}
            {% endfor %}
            {% do write_warehouse_rows('state', [dict(asked, status='under way')]) %}
        {% elif state.status == 'under way' %}
            {% do write_warehouse_rows('state', [dict(state, invocation_id=invocation_id)]) %}
        {% elif not state and flags.WHICH != 'test' %}
            {% do write_warehouse_rows('state', [dict(asked, status='in parts')]) %}
        {% endif %}
    {% endif %}
{% endmacro %}

{% macro note_end(results) %}
    {% set state = warehouse_state() %}
    {% if state.invocation_id != invocation_id or state.status != 'under way' %}
        {{ return('only a sample was built' if builds_samples() else 'only a part was built') }}
    {% endif %}
    {# An exposure is among the results as well, and there is nothing to do for it. #}
    {% set good = results | selectattr('status', 'in', ['success', 'pass', 'warn', 'no-op']) | list %}
    {% set passed = [state.passed] %}
    {% for result in good if result.node.unique_id in graph.nodes %}
        {% do passed.append(node_and_checksum(graph.nodes[result.node.unique_id])) %}
    {% endfor %}
    {% set state = dict(state, passed=passed | join(' ') | trim) %}
    {% if good | length < results | length or not_passed(state.passed) %}
        {% do write_warehouse_rows('state', [state]) %}
        {{ return('not everything passed') }}
    {% endif %}
    {% set wrong = wrong_slices([], note=state.as_of_date) %}
    {% do write_warehouse_rows('state', [dict(state, status='complete', passed='')]) %}
    {{ return(wrong_in_words(wrong) if wrong else none) }}
{% endmacro %}

{% macro stop_if_numbers_change(compiled_code) %}
    {% if execute and relation_exists(this) and warehouse_state().get('status') != 'under way' %}
        {% set other = run_query(
            'select count(*) from (' ~ compiled_code ~ ') as asked full outer join ' ~ this ~ ' as held '
            ~ 'on asked.patient_number = held.patient_number where asked.patient_id is distinct from held.patient_id'
        ).rows[0][0] %}
        {% if other %}
            {% do stop(
                other ~ ' patient numbers would change, and tables that this command does not make hold them: run a whole '
                ~ 'dbt build.') %}
        {% endif %}
    {% endif %}
{% endmacro %}

{% macro node_and_checksum(node) %}{{ return(node.unique_id ~ '=' ~ (node.checksum.checksum or '')[:8]) }}{% endmacro %}

{% macro not_passed(passed) %}
    {% set passed, missing = set(passed.split(' ')), [] %}
    {% for node in graph.nodes.values()
        if node.resource_type in ['model', 'seed', 'snapshot', 'test'] and node.config.materialized != 'ephemeral'
        and node_and_checksum(node) not in passed %}
        {% do missing.append(node.unique_id) %}
    {% endfor %}
    {{ return(missing) }}
{% endmacro %}

{% macro still_to_build(passed) %}
    {% set built = selected_resources if flags.WHICH == 'build' and not builds_samples() else [] %}
    {{ return(not_passed(passed) | reject('in', set(built)) | list) }}
{% endmacro %}

{% macro builds_samples() %}{{ return(invocation_args_dict.empty or invocation_args_dict.sample) }}{% endmacro %}

{% macro is_unit_tests_alone() %}
    {% for name in selected_resources if not name.startswith('unit_test.') %}{{ return(false) }}{% endfor %}
    {{ return(selected_resources | length > 0) }}
{% endmacro %}
