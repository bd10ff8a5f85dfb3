"""The rooms of the house in README: what dbt-bouncer.yml cannot say of lineage, names and descriptions."""

import re

import pytest


@pytest.fixture(scope='module')
def nodes(built):
    return {
        key: node for key, node in built.manifest()['nodes'].items()
        if node['resource_type'] in ('model', 'seed')
    }


def layer(node) -> str:
    return 'seeds' if node['resource_type'] == 'seed' else node['fqn'][1]


def parents(node, nodes) -> list[str]:
    return [nodes[key]['name'] for key in node['depends_on']['nodes'] if key in nodes]


def ancestors(name, nodes) -> set[str]:
    by_name = {node['name']: node for node in nodes.values()}
    found, todo = set(), [name]
    while todo:
        for parent in parents(by_name[todo.pop()], nodes):
            if parent not in found:
                found.add(parent)
                if by_name[parent]['resource_type'] == 'model':
                    todo.append(parent)
    return found


def models(nodes, *layers):
    return [node for node in nodes.values() if node['resource_type'] == 'model' and layer(node) in layers]


def test_a_concept_stands_on_staging_and_codelists(nodes):
    """And obesity on the ethnic categories that have a threshold of their own."""
    for node in models(nodes, 'concepts'):
        for parent in parents(node, nodes):
            assert re.match('stg_(patient|condition|observation|vaccination|medication)$|patient_number$|codelist_|ref_ethnic_category$', parent), (
                node['name'], parent
            )


def test_no_two_accepted_events_share_their_id(built):
    """No data test counts them, since an extract may have tens of millions."""
    for table in ['condition', 'observation', 'vaccination', 'medication']:
        rows, ids = built.rows(f'select count(*), count(distinct event_id) from staging.stg_{table}')[0]
        assert rows == ids > 0, table


def test_a_status_that_searches_may_ask_for_is_listed(built):
    """Who asks for another is told the nearest of config.meta.statuses."""
    for node in built.manifest()['nodes'].values():
        if node['resource_type'] == 'model' and 'status_concept(' in node['raw_code']:
            listed = node['config']['meta']['statuses']
            found = built.column(f"select distinct latest_status from {node['schema']}.{node['name']}")
            assert set(found) <= set(listed), node['name']
            assert all(f"'{status}'" in node['raw_code'] for status in listed), node['name']


def test_a_search_stands_on_the_population_and_the_concepts_it_names(nodes):
    one = r"(?:has_condition|recorded|first_recorded|vaccinated|prescribed|latest_value|latest_is|in_cohort)\(\s*'(?:cohort_)?(\w+)'"
    two = r"(?:after|before)\(\s*'(\w+)',\s*'(\w+)'"
    for node in models(nodes, 'cohorts', 'indicators'):
        named = set(re.findall(one, node['raw_code']))
        named.update(name for pair in re.findall(two, node['raw_code']) for name in pair)
        found = parents(node, nodes)
        assert 'registered_patient' in found
        for arguments in re.findall(r'latest_blood_pressure\(([^)]*)\)', node['raw_code']):
            concept = re.search(r"concept='(\w+)'", arguments)
            named.add(concept.group(1) if concept else 'blood_pressure')
        assert {parent.split('_', 1)[1] for parent in found if parent != 'registered_patient'} == named, node['name']


def test_the_flagships_lineage_has_its_own_codelists_and_no_others(nodes):
    lineage = ancestors('cohort_high_bmi_anxiety_depression_no_covid_vaccination', nodes)
    assert {name for name in lineage if name.startswith('codelist_')} == {
        'codelist_anxiety', 'codelist_anxiety_resolved', 'codelist_bmi', 'codelist_bmi_category', 'codelist_body_height',
        'codelist_body_weight', 'codelist_covid_19_vaccination', 'codelist_depression', 'codelist_depression_resolved',
    }


def test_every_column_that_is_built_is_described_and_the_reverse(built, nodes):
    """In the YAML of its model; or, where models of a kind share it, in a block of its name; or by what the build left on it."""
    blocks = {block['name'] for block in built.manifest()['docs'].values()}
    columns, comments = {}, {}
    for schema, table, column, comment in built.rows(
        'select schema_name, table_name, column_name, comment from duckdb_columns() where not internal'
    ):
        columns.setdefault((schema, table), set()).add(column)
        comments[schema, table, column] = comment
    for node in nodes.values():
        place = node['schema'], node['name']
        rest = columns[place] - set(node['columns'])
        # The flags have a column for each search: tests/flags_are_keys_and_booleans.sql.
        if node['name'] == 'cohort_flags':
            rest -= {search['name'] for search in models(nodes, 'cohorts')}
        if layer(node) in ('cohorts', 'concepts', 'indicators', 'staging') or node['name'].startswith('codelist_'):
            rest -= blocks | {column for column in rest if comments[*place, column]}
        assert not rest, node['name']
        assert set(node['columns']) <= columns[place], node['name']


def test_the_evidence_of_a_search_says_of_which_criterion_it_is(built, nodes):
    comments = {(table, column): comment for table, column, comment in built.rows(
        "select table_name, column_name, comment from duckdb_columns() where column_name like 'evidence\\__%' escape '\\'"
    )}
    for node in models(nodes, 'cohorts'):
        for number, label in enumerate(node['config']['meta']['criteria'], start=1):
            assert comments.pop((node['name'], f'evidence_{number}')).startswith(f'{label}: '), node['name']
    assert not comments


def test_the_build_warns_of_nothing(first_parse, built):
    assert 'Completed successfully' in built.output
    assert 'WARN=0' in built.output
    for output in (first_parse.output, built.output):
        assert not re.search(r'deprecat|\[WARNING\]', output, re.IGNORECASE), output


def test_definitions_are_in_plain_words(built):
    definition, codelists = built.rows("""
        select definition, codelists from marts.dim_cohort
        where cohort = 'cohort_high_bmi_anxiety_depression_no_covid_vaccination'
    """)[0]
    assert definition == (
        'Aged 18 or over; latest BMI 30 or more, recorded in the 5 years to 31 October 2026; '
        'anxiety or depression; no COVID-19 vaccination.'
    )
    assert codelists.split(', ')[0] == 'codelist_anxiety'
