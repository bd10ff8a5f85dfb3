"""Nothing is kept in step by hand: what marts gather they find by themselves, also in a project that dbt has parsed before,
where it parses only what was added. A newer version of dbt that does it in another way shows here (macros/project/models_in.sql).
"""

import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from conftest import dbt, dbt_here
from test_pull_request import copy_of_the_project, copy_yaml, git

GATHERERS = {
    'cohorts': {'cohort_attrition', 'cohort_flags', 'cohort_recall_list', 'dim_cohort'},
    'indicators': {'dim_indicator', 'indicator_status'},
}
# What a table of each layer ends up in.
MARTS = ['dim_measure', 'cohort_membership', 'indicator_counts', 'des_achievement', 'inequality_counts_by_group']
ADDED, RENAMED, RETIRED = 'cohort_asthma_and_depression', 'cohort_carers_who_are_depressed', 'cohort_carers_with_depression'
NEW_CONCEPT, NEW_INDICATOR = 'condition_asthma_again', 'indicator_hi_99_ethnicity_recording'
RETIRED_INDICATOR = 'indicator_core20plus5_lipids_to_target'
SEARCH = """\
{{ cohort_search([
    ('Aged 18 or over', aged(at_least=18)),
    ('Asthma',          has_condition('asthma_again')),
]) }}
"""


def lay_down(project, name):
    run = subprocess.run(
        [sys.executable, project / 'tools' / 'new_cohort.py', name], cwd=project, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr


def move(project, folder, old, new, keep=False):
    """A model and its YAML under a new name, or a copy of them."""
    source, target = project / 'models' / folder / old, project / 'models' / folder / new
    shutil.copy(source.with_suffix('.sql'), target.with_suffix('.sql'))
    copy_yaml(source.with_suffix('.yml'), target.with_suffix('.yml'), (old, target.name))
    if not keep:
        delete(project, folder, old)


def delete(project, folder, name):
    for kind in ['sql', 'yml']:
        (project / 'models' / folder / f'{name}.{kind}').unlink()


def parents(run, mart):
    return {parent.split('.')[2] for parent in run.manifest()['parent_map'][f'model.phm.{mart}']}


def children(run, name):
    return {child.split('.')[2] for child in run.manifest()['child_map'][f'model.phm.{name}']}


def test_two_branches_that_each_add_a_search_merge_and_both_are_in_every_mart(tmp_path, parsed_before):
    project = copy_of_the_project(tmp_path / 'project')
    for branch in ['first', 'second']:
        git(project, 'switch', '--quiet', '--create', branch, 'main')
        lay_down(project, f'found_by_the_{branch}')
        git(project, 'add', '.')
        git(project, 'commit', '--quiet', '--message', f'The {branch} search')
    git(project, 'merge', '--quiet', '--message', 'Both', 'first')
    run = dbt('parse', folder=tmp_path, project=project)
    assert run.ok, run.output
    for mart in GATHERERS['cohorts']:
        assert {'cohort_found_by_the_first', 'cohort_found_by_the_second'} <= parents(run, mart)


@pytest.fixture
def with_history(built, tmp_path):
    """The built warehouse, with the same slices a month earlier."""
    shutil.copy(built.database, tmp_path / 'phm.duckdb')
    with duckdb.connect(str(tmp_path / 'phm.duckdb')) as connection:
        for mart in slices(built):
            connection.execute(
                f"insert into marts.{mart} select * replace (date '2026-09-30' as as_of_date) from marts.{mart}"
            )


def slices(run):
    return run.column("""
        select table_name from information_schema.columns inner join information_schema.tables using (table_schema, table_name)
        where table_schema = 'marts' and column_name = 'as_of_date' and table_type = 'BASE TABLE'
    """)


def slice_of(run, mart, date):
    return run.rows(f"""
        select count(*), sum(hash(row)) from (select * exclude (as_of_date) from marts.{mart} where as_of_date = '{date}') as row
    """)


def test_a_project_parsed_before_finds_what_is_added_renamed_and_deleted(
    project, parsed_before, with_history, tmp_path, built
):
    """In a team's own rooms too; and the slices of another date stay, under the names of their time."""
    (project / 'local' / 'models' / 'concepts' / 'conditions').mkdir(parents=True)
    lay_down(project, ADDED)
    search = project / 'local' / 'models' / 'cohorts' / f'{ADDED}.sql'
    search.write_text(SEARCH.replace('asthma_again', 'asthma_agian'), encoding='utf-8')
    move(project, 'concepts/conditions', 'condition_asthma', f'../../../local/models/concepts/conditions/{NEW_CONCEPT}', keep=True)
    assert not dbt('parse', folder=tmp_path, project=project).ok, 'a search that is wrong stops dbt, and leaves nothing behind'

    search.write_text(SEARCH, encoding='utf-8')
    move(project, 'cohorts', RETIRED, RENAMED)
    move(project, 'indicators', 'indicator_hi_02_ethnicity_recording', NEW_INDICATOR, keep=True)
    delete(project, 'indicators', RETIRED_INDICATOR)
    marts = sorted(set.union(*GATHERERS.values()) | set(MARTS))
    run = dbt(
        'build', '--select', NEW_CONCEPT, ADDED, RENAMED, NEW_INDICATOR, 'marts.counting', *marts, '--exclude-resource-type', 'unit_test',
        folder=tmp_path, project=project,
    )
    assert run.ok, run.output
    assert 'Unable to do partial parsing' not in run.output

    # The lineage.
    assert parents(run, ADDED) == {'registered_patient', NEW_CONCEPT}
    for search in [ADDED, RENAMED]:
        assert GATHERERS['cohorts'] <= children(run, search)
    assert GATHERERS['indicators'] <= children(run, NEW_INDICATOR)
    assert not {RETIRED, RETIRED_INDICATOR} & {name.split('.')[2] for name in run.manifest()['parent_map']}

    # A mart stands in a folder of that name too, and is none.
    assert not {'cohort_attrition', 'dim_cohort'} & parents(run, 'cohort_recall_list')
    assert run.rows(f"select origin, version from marts.dim_cohort where cohort = '{ADDED}'") == [('local', '1')]
    assert 'PHM' in run.column(f"select origin from marts.dim_cohort where cohort = '{RENAMED}'")

    # Every mart.
    now = "as_of_date = date '2026-10-31'"
    members = run.column(f'select count(*) from cohorts.{ADDED}')[0]
    assert members > 0
    assert run.column(f'select count(*) from marts.cohort_flags where {ADDED} and {now}') == [members]
    for mart, column in [
        ('cohort_membership', 'cohort'), ('cohort_recall_list', 'cohort'), ('cohort_attrition', 'cohort'),
        ('dim_cohort', 'cohort'), ('dim_indicator', 'indicator'), ('indicator_status', 'indicator'),
        ('des_achievement', 'indicator'), ('inequality_counts_by_group', 'measure'),
    ]:
        found = set(run.column(f'select {column} from marts.{mart} where {now}'))
        assert found & {ADDED, RENAMED, NEW_INDICATOR} == (
            {ADDED, RENAMED, NEW_INDICATOR} if column == 'measure' else {NEW_INDICATOR} if column == 'indicator'
            else {ADDED, RENAMED}
        ), mart
        assert not found & {RETIRED, RETIRED_INDICATOR}, mart
        assert slice_of(run, mart, '2026-09-30') == slice_of(built, mart, '2026-10-31'), mart
    assert dict(run.rows(f"""
        select measure, is_current from marts.dim_measure
        where measure in ('{ADDED}', '{RENAMED}', '{RETIRED}', '{NEW_INDICATOR}', '{RETIRED_INDICATOR}')
    """)) == {ADDED: True, RENAMED: True, NEW_INDICATOR: True, RETIRED: False, RETIRED_INDICATOR: False}
    # What was not run on a date has no flag there.
    assert run.rows(f"""
        select as_of_date::varchar, count({ADDED}) > 0, count(cohort_cervical_screening_eligible) > 0
        from marts.cohort_flags group by all order by all
    """) == [('2026-09-30', False, True), ('2026-10-31', True, True)]

    # dbt has kept it for the next command.
    run = dbt('ls', '--select', f'{ADDED}+1', '--resource-type', 'model', '--output', 'name', folder=tmp_path, project=project)
    assert GATHERERS['cohorts'] < set(run.output.split())


PACKAGE = {
    'dbt_project.yml': 'name: shared_searches\nversion: "1.0.0"\n',
    'models/cohorts/cohort_shared.sql': """\
{{ cohort_search([
    ('Aged 18 or over', aged(at_least=18)),
    ('Asthma or ADHD',  any_of(has_condition('asthma'), has_condition('adhd'))),
]) }}
""",
    'models/cohorts/cohort_shared.yml': """\
models:
  - name: cohort_shared
    description: Adults with asthma or ADHD.
    config: {group: respiratory, meta: {title: Shared, owner: Two boards, version: 3}}
    data_tests: [one_row_per_registered_patient]
""",
    'models/concepts/conditions/condition_adhd.sql': "{{ condition_concept(diagnosis=ref('codelist_adhd')) }}\n",
    'seeds/codelists/codelist_adhd.csv': 'code,term\n406506008,Attention deficit hyperactivity disorder\n',
}


@pytest.mark.nightly
@pytest.mark.usefixtures('parsed_before')
def test_a_package_of_searches_needs_a_project_of_two_lines(project, built, tmp_path):
    """And a team spells its abbreviations."""
    files = {f'../shared/{file}': text for file, text in PACKAGE.items()} | {
        'packages.yml': 'packages:\n  - local: ../shared\n',
        'local/macros/own_spellings.sql': "{% macro own_spellings() %}{{ return({'adhd': 'ADHD'}) }}{% endmacro %}\n",
    }
    for file, text in files.items():
        (project / file).parent.mkdir(parents=True, exist_ok=True)
        (project / file).write_text(text, encoding='utf-8')
    shutil.copy(built.database, tmp_path / 'phm.duckdb')
    subprocess.run([Path(sys.executable).parent / 'dbt', 'deps'], cwd=project, check=True, capture_output=True)
    run = dbt(
        'build', '--select', 'codelist_adhd', 'condition_adhd', 'cohort_shared', 'cohort_membership', *GATHERERS['cohorts'],
        folder=tmp_path, project=project,
    )
    assert run.ok, run.output
    assert run.rows("select origin, version, definition from marts.dim_cohort where cohort = 'cohort_shared'") == [
        ('shared_searches', '3', 'Aged 18 or over; asthma or ADHD.')
    ]
    members = run.column('select count(*) from cohorts.cohort_shared')
    assert members == run.column('select count(*) from marts.cohort_recall_list where cohort = \'cohort_shared\'') != [0]
    assert members == run.column("select min(patients) from marts.cohort_attrition where cohort = 'cohort_shared'")


def test_a_mart_that_does_not_stand_on_a_search_says_what_to_run(parsed, tmp_path):
    """If dbt did not tell it."""
    manifest = parsed.deepcopy()
    manifest.nodes['model.phm.dim_cohort'].depends_on.nodes.remove(f'model.phm.{RETIRED}')
    run = dbt_here(manifest, 'compile', '--select', 'dim_cohort', folder=tmp_path)
    assert not run.ok
    assert (
        f'dim_cohort does not stand on {RETIRED}, because dbt still goes by what it parsed before there was one: '
        'run dbt parse --no-partial-parse, then the same command again.'
    ) in ' '.join(run.output.split())
