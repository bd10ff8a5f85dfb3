"""A warehouse knows of which date, extract and purpose its tables are, and only a whole build changes that (macros/warehouse)."""

import os
import re
import shutil
from pathlib import Path

import duckdb
import pytest
import yaml
from conftest import DEMO, PROJECT, dbt_here, part_of_project, say_it_holds
from conftest import dbt as run_dbt

SEARCH = 'cohort_carers_with_depression'
OTHER_DATE = '2026-09-30'


def query(folder: Path, sql: str) -> list[tuple]:
    with duckdb.connect(str(folder / 'phm.duckdb')) as connection:
        return connection.sql(sql).fetchall()


def sliced(connection) -> list[str]:
    return [f'{schema}.{name}' for schema, name in connection.execute("""
        select table_schema, table_name from information_schema.tables
        where table_name in (select mart from warehouse.slice) order by 2
    """).fetchall()]


def slices(folder: Path) -> dict[tuple[str, str], tuple]:
    """Rows and a sum over all of them, of every slice of every mart."""
    with duckdb.connect(str(folder / 'phm.duckdb')) as connection:
        return {
            (mart, str(day)): found for mart in sliced(connection) for day, *found in
            connection.execute(f'select as_of_date, count(*), sum(hash(slice)) from {mart} as slice group by 1').fetchall()
        }


def state(folder: Path, *columns: str) -> tuple:
    return query(folder, f'select {", ".join(columns)} from warehouse.state')[0]


@pytest.fixture(scope='module')
def dbt(parsed):
    """Runs dbt in this process, on one search and dim_patient and what they need: of a thousand nodes a command takes seconds."""
    manifest = part_of_project(parsed.deepcopy(), SEARCH, 'dim_patient')

    def run(*arguments, **options):
        manifest.nodes.pop('sql_operation.phm.inline_query', None)
        return dbt_here(manifest, *arguments, **options)
    return run


@pytest.fixture(scope='module')
def held(built, parsed, tmp_path_factory) -> Path:
    """A folder with a copy of the built warehouse that has the slices of a second date, and says so."""
    folder = tmp_path_factory.mktemp('held')
    shutil.copy(built.database, folder / 'phm.duckdb')
    with duckdb.connect(str(folder / 'phm.duckdb')) as connection:
        for mart in sliced(connection):
            # A few rows of each do.
            connection.execute(f'delete from {mart} where hash({mart.split(".")[1]}) % 100 > 4 and rowid > 100')
            connection.execute(f"insert into {mart} select * replace (date '{OTHER_DATE}' as as_of_date) from {mart}")
        connection.execute('delete from warehouse.slice')
    run = dbt_here(parsed.deepcopy(), 'run-operation', 'wrong_slices', '--args', '{not_asked: [], note: all}', folder=folder)
    assert run.ok, run.output
    return folder


@pytest.fixture(scope='module')
def refused(held, dbt):
    """Runs a command that is to be refused: what it says, with every slice of every date as it was."""
    def run(*arguments, folder=held, **options) -> str:
        before, said = slices(folder), state(folder, '*')
        done = dbt(*arguments, folder=folder, **options)
        assert not done.ok, f'{arguments} was not refused'
        assert slices(folder) == before and len(before) > 25
        assert state(folder, '*') == said
        return ' '.join(done.output.split())
    return run


@pytest.fixture
def copied(held, tmp_path) -> Path:
    """A copy of that warehouse, for a test that changes it."""
    shutil.copy(held / 'phm.duckdb', tmp_path / 'phm.duckdb')
    return tmp_path


@pytest.fixture(scope='module')
def other_extract(tmp_path_factory) -> Path:
    """The demo's, with one more line of white space in one file."""
    folder = shutil.copytree(DEMO, tmp_path_factory.mktemp('other') / 'extract')
    with (folder / 'practice.csv').open('a', encoding='utf-8') as file:
        file.write('\n')
    return folder


COMMANDS = {
    'a build of a part': ['build', '--select', f'{SEARCH}+'],
    'a run of a part': ['run', '--select', SEARCH],
    'a build of the population alone': ['build', '--select', 'models/population'],
    'a test of a part': ['test', '--select', SEARCH],
    'a seed': ['seed', '--select', 'ref_sex'],
    'show of a model': ['show', '--select', SEARCH],
    'show of a question': ['show', '--inline', f"select count(*) from {{{{ ref('{SEARCH}') }}}}"],
    'show of a date': ['show', '--inline', 'select * from marts.dim_patient where as_of_date = {{ as_of_date() }}'],
    'compile of a model': ['compile', '--select', SEARCH],
}
ASKED = {
    'as_of_date': ({'as_of_date': OTHER_DATE}, f'the as_of_date {OTHER_DATE}', "--vars '{as_of_date: 2026-10-31}'"),
    'extract_date': ({'extract_date': '2026-11-03'}, 'the extract_date 2026-11-03', "--vars '{extract_date: 2026-11-02}'"),
    'purpose': ({'purpose': 'direct_care'}, 'the purpose direct_care', "--vars '{purpose: secondary_use}'"),
}


@pytest.mark.parametrize('command', COMMANDS)
def test_a_part_of_another_date_is_refused(refused, command):
    variables, other, right = ASKED['as_of_date']
    said = refused(*COMMANDS[command], variables=variables)
    assert f'this command asks for {other}: run a whole dbt build for that, or this with {right}.' in said, said


@pytest.mark.parametrize('asked', ['extract_date', 'purpose'])
@pytest.mark.parametrize('command', ['a build of a part', 'show of a question'])
def test_a_part_of_another_extract_date_or_purpose_is_refused(refused, command, asked):
    variables, other, right = ASKED[asked]
    said = refused(*COMMANDS[command], variables=variables)
    assert f'this command asks for {other}: run a whole dbt build for that, or this with {right}.' in said, said


@pytest.mark.parametrize('command', ['a build of a part', 'show of a model'])
def test_a_part_of_another_extract_is_refused(refused, other_extract, command):
    said = refused(*COMMANDS[command], extract=other_extract)
    assert f'this command asks for another extract, that of the files now in {other_extract}' in said, said


def test_all_that_differs_is_named(refused, other_extract):
    said = refused('build', '--select', SEARCH, extract=other_extract, variables={'as_of_date': OTHER_DATE, 'purpose': 'direct_care'})
    assert f'the as_of_date {OTHER_DATE} and the purpose direct_care and another extract' in said, said


def test_files_that_were_touched_or_copied_are_the_same_extract(held, dbt, tmp_path):
    copy = shutil.copytree(DEMO, tmp_path / 'copy')
    for file in copy.iterdir():
        os.utime(file, (0, 0))
    for command in ['a test of a part', 'show of a question']:
        run = dbt(*COMMANDS[command], folder=held, extract=copy)
        assert run.ok, run.output


@pytest.mark.parametrize('command', [['build', '--empty'], ['run', '--empty', '--select', SEARCH], ['build', '--sample', '3 days']])
def test_tables_without_rows_never_take_the_place_of_full_ones(refused, command):
    assert 'name a file that is not there yet in PHM_DATABASE' in refused(*command)


def test_unit_tests_alone_are_never_refused(held, parsed):
    run = dbt_here(
        parsed.deepcopy(), 'test', '--select', f'{SEARCH},test_type:unit', folder=held, variables={'as_of_date': OTHER_DATE}
    )
    assert run.ok and 'START unit_test' in run.output, run.output


def test_a_part_after_the_whole_build_of_another_month_does_not_wipe_it(refused, copied):
    """The three commands of the fault: a whole build, one of another month, and a part on the first date again."""
    say_it_holds(copied / 'phm.duckdb', as_of_date=OTHER_DATE)
    said = refused('build', '--select', f'{SEARCH}+', folder=copied)
    assert "this command asks for the as_of_date 2026-10-31: run a whole dbt build for that" in said, said


@pytest.mark.parametrize('command', ['a build of a part', 'a run of a part', 'a test of a part', 'show of a model'])
def test_a_part_after_a_whole_build_that_failed_is_refused(refused, copied, command):
    say_it_holds(copied / 'phm.duckdb', status='under way', passed='')
    said = refused(*COMMANDS[command], folder=copied)
    assert 'The last whole build, of as_of_date 2026-10-31, did not pass' in said and 'run dbt retry, or a whole dbt build' in said, said


@pytest.mark.parametrize('command, variables, sentence', [
    *((command, {'as_of_dat': OTHER_DATE}, "There is no variable as_of_dat; did you mean 'as_of_date'?")
      for command in ('a build of a part', 'show of a question', 'compile of a model')),
    ('a build of a part', {'as_of_date': '2026-11-30'}, 'The variable as_of_date is 2026-11-30, after the extract_date 2026-11-02'),
    ('a build of a part', {'as_of_date': '9999-12-31'}, 'The variable as_of_date is 9999-12-31, after the extract_date 2026-11-02'),
])
def test_a_variable_that_cannot_be_meant_is_refused(refused, command, variables, sentence):
    assert sentence in refused(*COMMANDS[command], variables=variables)


@pytest.mark.parametrize('as_of_date, is_good', [('2026-11-02', True), ('2026-11-03', False)])
def test_the_last_as_of_date_is_the_extract_date(compile_jinja, as_of_date, is_good):
    ok, said = compile_jinja(
        '{% if execute %}{% do check_variables() %}{% endif %}', as_of_date=as_of_date, extract_date='2026-11-02'
    )
    assert ok == is_good and ('after the extract_date' in said) != is_good, said


def test_every_variable_of_the_project_is_known(compile_jinja):
    """dbt has no public interface for them: a new version of dbt may change what known_variables reads."""
    ok, known = compile_jinja("{{ known_variables() | join(' ') }}")
    assert ok, known
    project = yaml.safe_load((PROJECT / 'dbt_project.yml').read_text(encoding='utf-8'))
    assert known.split() == sorted(project['vars'])


DAMAGES = {
    'rows were deleted': f"delete from marts.dim_patient where as_of_date = date '{OTHER_DATE}' and sex = 'female'",
    'a value was changed': f"update marts.dim_patient set practice_code = 'X' where as_of_date = date '{OTHER_DATE}'",
    'the slice was wiped': f"delete from marts.dim_patient where as_of_date = date '{OTHER_DATE}'",
}


@pytest.mark.parametrize('damage', DAMAGES)
def test_a_whole_build_stops_if_a_slice_of_another_date_is_damaged(refused, copied, damage):
    query_nothing(copied, DAMAGES[damage])
    said = refused('build', folder=copied)
    assert f'than the last whole build left there: dim_patient ({OTHER_DATE}); make each date anew' in said, said


@pytest.fixture
def wrong(copied, parsed):
    """What is wrong with the slices of all marts after a change of that copy."""
    def run(change: str) -> str:
        query_nothing(copied, change)
        done = dbt_here(
            parsed.deepcopy(), 'show', '--inline', "select $$ {{ wrong_slices([]) if execute }} $$ as wrong", '--output', 'json', folder=copied
        )
        assert done.ok, done.output
        return re.search('"wrong": " (.*) "', done.output).group(1)
    return run


def test_a_slice_that_a_mart_lacks_is_found_where_no_earlier_version_noted_it(wrong):
    """The loss of the fault."""
    assert wrong(
        "delete from marts.cohort_recall_list where as_of_date = date '2026-10-31'; delete from warehouse.slice"
    ) == "{'cohort_recall_list': ['2026-10-31']}"


def test_a_mart_that_a_new_version_adds_lacks_no_earlier_date(wrong):
    assert wrong(
        f"delete from marts.cohort_recall_list where as_of_date = date '{OTHER_DATE}'; delete from warehouse.slice"
    ) == '{}'


def test_a_column_that_a_new_version_adds_is_no_damage(wrong):
    assert wrong('alter table marts.cohort_membership add column colour varchar') == '{}'


def query_nothing(folder: Path, statements: str) -> None:
    with duckdb.connect(str(folder / 'phm.duckdb')) as connection:
        connection.execute(statements)


def test_a_warehouse_of_an_earlier_version_wants_a_whole_build(copied, dbt):
    query_nothing(copied, 'drop schema warehouse cascade')
    run = dbt('run', '--select', SEARCH, folder=copied)
    assert not run.ok and 'The warehouse has marts of an earlier version of this project' in ' '.join(run.output.split())


def test_a_new_warehouse_may_be_begun_in_parts(dbt, tmp_path):
    seed = ['seed', '--select', 'ref_sex']
    assert dbt(*seed, folder=tmp_path).ok
    assert state(tmp_path, 'status', 'as_of_date', 'extract_date', 'purpose') == (
        'in parts', '2026-10-31', '2026-11-02', 'secondary_use'
    )
    assert dbt(*seed, folder=tmp_path).ok
    other = dbt(*seed, folder=tmp_path, variables={'as_of_date': OTHER_DATE})
    assert not other.ok and f'this command asks for the as_of_date {OTHER_DATE}' in ' '.join(other.output.split())


def test_a_part_that_would_number_patients_otherwise_is_refused(copied, dbt):
    """Events and concepts hold the numbers: with new ones they would be other patients'."""
    run = dbt('run', '--select', 'patient_number', folder=copied)
    assert run.ok, run.output
    with duckdb.connect(str(copied / 'phm.duckdb')) as connection:
        connection.execute("""
            update staging.patient_number set patient_number = case patient_number when 1 then 2 else 1 end
            where patient_number in (1, 2)
        """)
    run = dbt('run', '--select', 'patient_number', folder=copied)
    assert '2 patient numbers would change' in run.output and 'run a whole dbt build' in run.output
    assert query(copied, 'select patient_id from staging.patient_number order by patient_number limit 2') != query(
        copied, 'select patient_id from staging.patient_number order by patient_id limit 2'
    )


def test_a_retry_that_completes_a_whole_build_publishes_it(built, parsed, dbt, project, parsed_before, tmp_path):
    """All but one test have passed, and that one fails until its data are mended."""
    copied, manifest = tmp_path, parsed.deepcopy()
    shutil.copy(built.database, copied / 'phm.duckdb')
    test = 'test.phm.attrition_ends_at_membership'
    passed = [
        f'{name}={node.checksum.checksum[:8]}' for name, node in manifest.nodes.items()
        if node.resource_type in ('model', 'seed', 'snapshot', 'test') and name != test
    ]
    say_it_holds(copied / 'phm.duckdb', status='under way', passed=' '.join(passed))
    damage = "update marts.cohort_attrition set patients = patients + 1 where as_of_date = date '2026-10-31'"
    query_nothing(copied, damage)
    run = dbt_here(manifest, 'build', '--select', 'attrition_ends_at_membership', folder=copied, write_json=True)
    assert not run.ok and 'Not published, because not everything passed' in run.output, run.output
    assert state(copied, 'status') == ('under way',) and not (copied / 'published').exists()

    query_nothing(copied, damage.replace('+', '-'))
    # In a process of its own, as from a shell: what the last command selected is not known to it.
    run = run_dbt('retry', folder=copied, project=project)
    assert run.ok and 'Publishing to' in run.output, run.output
    assert state(copied, 'status', 'passed') == ('complete', '')
    assert (copied / 'published' / 'current' / 'aggregate' / 'cohort_attrition.parquet').exists()
    run = dbt(*COMMANDS['a test of a part'], folder=copied)
    assert run.ok, run.output
