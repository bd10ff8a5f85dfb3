"""One warehouse, built once from the demo extract with `dbt build`, shared by every test that reads."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pytest
import yaml
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner

PROJECT = Path(__file__).resolve().parents[1]
DEMO = PROJECT / 'demo' / 'extract'
AS_OF_DATE, EXTRACT_DATE = date(2026, 10, 31), date(2026, 11, 2)
# dbt takes over what it has parsed only if the profile is the same, and that names the warehouse.
DATABASE_OF_A_COPY = '../phm.duckdb'


@dataclass(frozen=True)
class Run:
    """What one dbt command left behind."""

    ok: bool
    output: str
    database: Path
    target: Path

    def rows(self, query: str) -> list[tuple]:
        with duckdb.connect(str(self.database), read_only=True) as connection:
            return connection.sql(query).fetchall()

    def column(self, query: str) -> list:
        return [row[0] for row in self.rows(query)]

    def manifest(self) -> dict:
        return json.loads((self.target / 'manifest.json').read_text(encoding='utf-8'))


def environment(folder: Path, extract: Path) -> dict[str, str]:
    return {
        'PHM_DATABASE': str(folder / 'phm.duckdb'),
        'PHM_PUBLISHED_DIR': str(folder / 'published'),
        'PHM_EXTRACT_DIR': str(extract),
    }


def dbt(
    *arguments: str, folder: Path, extract: Path = DEMO, variables: dict | None = None, project: Path | None = None
) -> Run:
    """Run dbt as a user would, with the warehouse and dbt's own files in `folder`.

    `project` is a copy of the project in that folder (the fixture `project`).
    """
    database, target = folder / 'phm.duckdb', folder / 'target'
    own = environment(folder, extract) | ({'PHM_DATABASE': DATABASE_OF_A_COPY} if project else {})
    command = [Path(sys.executable).parent / 'dbt', '--no-use-colors', *arguments]
    command += ['--target-path', target, '--log-path', folder / 'logs']
    if variables:
        command += ['--vars', json.dumps(variables)]
    run = subprocess.run(
        [str(part) for part in command],
        cwd=project or PROJECT,
        env=os.environ | own,
        capture_output=True,
        text=True,
    )
    return Run(run.returncode == 0, run.stdout + run.stderr, database, target)


def dbt_here(
    manifest, *arguments: str, folder: Path, extract: Path = DEMO, variables: dict | None = None, write_json: bool = False
) -> Run:
    """The same in this process, with a project that is parsed already: seconds less."""
    given = ['--target-path', folder / 'target', '--log-path', folder / 'logs', '--no-use-colors']
    given += [] if write_json else ['--no-write-json']
    given += [] if {'--debug', '--log-level-file'} & set(arguments) else ['--log-level-file', 'none']
    given += ['--vars', json.dumps(variables)] if variables else []
    messages = []
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment(folder, extract).items():
            patch.setenv(name, value)
        patch.chdir(PROJECT)
        runner = dbtRunner(manifest=manifest, callbacks=[lambda event: messages.append(event.info.msg)])
        result = runner.invoke([str(part) for part in [*arguments, *given]])
    # Or DuckDB would keep the file open, and nobody could read it.
    DuckDBConnectionManager.close_all_connections()
    return Run(result.success, '\n'.join(messages), folder / 'phm.duckdb', folder / 'target')


def say_it_holds(database: Path, **state: str) -> None:
    """Change what a warehouse says it holds: for a test of something else that runs a part on another date, or for another purpose."""
    with duckdb.connect(str(database)) as connection:
        for name, value in state.items():
            connection.execute(f'update warehouse.state set {name} = ?', [value])


def part_of_project(manifest, *models: str, tests: bool = True):
    """The project without most of it: these models, what they need, and the data tests that need no more."""
    kept, todo = set(), [f'model.phm.{name}' for name in models]
    while todo:
        name = todo.pop()
        if name in manifest.nodes and name not in kept:
            kept.add(name)
            todo += manifest.nodes[name].depends_on_nodes
    available = kept | set(manifest.sources)
    for name, node in list(manifest.nodes.items()):
        is_test = tests and node.resource_type == 'test' and set(node.depends_on_nodes) <= available
        if name not in kept and node.resource_type != 'operation' and not is_test:
            del manifest.nodes[name]
    manifest.unit_tests.clear()
    manifest.exposures.clear()
    manifest.build_flat_graph()
    manifest.build_parent_and_child_maps()
    return manifest


def once(tmp_path_factory, name: str, run: Callable[[Path], Run]) -> Run:
    """What `run` leaves in a folder of this name, run by one of the suite's processes for all of them."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if 'PYTEST_XDIST_WORKER' in os.environ else base) / name
    result = folder / 'run.json'
    try:
        folder.mkdir()
    except FileExistsError:
        for _ in range(900):
            if result.exists():
                break
            time.sleep(1)
        saved = json.loads(result.read_text(encoding='utf-8'))
        return Run(saved['ok'], saved['output'], folder / 'phm.duckdb', folder / 'target')
    done = run(folder)
    part = result.with_suffix('.part')
    part.write_text(json.dumps({'ok': done.ok, 'output': done.output}), encoding='utf-8')
    part.rename(result)
    return done


def parse(folder: Path):
    """The project as dbt parses it in this process, and what it says; it takes over what it has parsed in that folder before."""
    given = ['--target-path', folder / 'target', '--log-path', folder / 'logs', '--log-level-file', 'none', '--no-use-colors']
    messages = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv('PHM_DATABASE', DATABASE_OF_A_COPY)
        patch.chdir(PROJECT)
        runner = dbtRunner(callbacks=[lambda event: messages.append(event.info.msg)])
        result = runner.invoke([str(part) for part in ['parse', '--show-all-deprecations', '--no-write-json', *given]])
    return result.result, Run(result.success, '\n'.join(messages), folder / 'phm.duckdb', folder / 'target')


@pytest.fixture(scope='session')
def first_parse(tmp_path_factory) -> Run:
    """One process parses the project, which takes dbt twenty seconds; the others, and copies of the project, take it over in one."""
    run = once(tmp_path_factory, 'first_parse', lambda folder: parse(folder)[1])
    assert run.ok, run.output
    return run


@pytest.fixture(scope='session')
def parsed(first_parse, tmp_path_factory):
    """The project, parsed once in this process. Copy it (`parsed.deepcopy()`) before you change it."""
    folder = tmp_path_factory.mktemp('parsed')
    take_over(first_parse, folder)
    manifest = parse(folder)[0]
    # dbt keeps selectors as dictionaries, which its own copy of a manifest cannot take.
    manifest.selectors.clear()
    return manifest


def take_over(first_parse: Run, folder: Path) -> None:
    (folder / 'target').mkdir()
    shutil.copy(first_parse.target / 'partial_parse.msgpack', folder / 'target')


@pytest.fixture(scope='session')
def built(parsed, tmp_path_factory) -> Run:
    """The demo, built with no option but the one that shows deprecations. Read it, do not write."""
    def run(folder: Path) -> Run:
        return dbt_here(parsed.deepcopy(), 'build', '--show-all-deprecations', folder=folder, write_json=True)

    found = once(tmp_path_factory, 'built', run)
    assert found.ok, found.output
    return found


@pytest.fixture(scope='session')
def rebuild(built, parsed) -> Callable[..., Run]:
    """Copies the built warehouse into a folder and runs dbt on the copy, in this process."""

    def run(*arguments: str, folder: Path, **options) -> Run:
        shutil.copy(built.database, folder / 'phm.duckdb')
        return dbt_here(parsed.deepcopy(), *arguments, folder=folder, **options)

    return run


def made_again(built: Run, parsed, tmp_path_factory, name: str, *selected: str, **variables: str) -> Run:
    """The same warehouse with every model made once more, or those selected, with other variables."""
    def run(folder: Path) -> Run:
        shutil.copy(built.database, folder / 'phm.duckdb')
        say_it_holds(folder / 'phm.duckdb', **variables)
        return dbt_here(parsed.deepcopy(), 'run', *selected, folder=folder, variables=variables)

    found = once(tmp_path_factory, name, run)
    assert found.ok, found.output
    return found


@pytest.fixture(scope='session')
def year_before(built, parsed, tmp_path_factory) -> Run:
    return made_again(built, parsed, tmp_path_factory, 'year_before', as_of_date='2025-10-31')


@pytest.fixture(scope='session')
def direct_care(built, parsed, tmp_path_factory) -> Run:
    # Of what does not stand on this table the purpose makes no difference.
    selected = ['--select', 'direct_care_only_patient+']
    return made_again(built, parsed, tmp_path_factory, 'direct_care', *selected, purpose='direct_care')


def copy_of_the_project(folder: Path) -> Path:
    """Without what is made at its top; macros/warehouse is another folder."""
    made = {'.git', '.venv', 'target', 'logs', 'warehouse'}
    return shutil.copytree(PROJECT, folder, ignore=lambda place, _: made if Path(place) == PROJECT else {'__pycache__'})


@pytest.fixture
def project(tmp_path) -> Path:
    """A copy of the project that a test may change."""
    return copy_of_the_project(tmp_path / 'project')


@pytest.fixture
def parsed_before(first_parse, tmp_path) -> None:
    """Of that copy dbt parses only what the test changes."""
    take_over(first_parse, tmp_path)


@pytest.fixture(scope='session')
def compile_jinja(parsed, tmp_path_factory) -> Callable[..., tuple[bool, str]]:
    """Compiles a piece of Jinja in this process, with the project parsed once.

    Returns whether it compiled, and the SQL or the messages. The warehouse does not exist: relations
    are called "phm"."<schema>"."<name>".
    """
    folder = tmp_path_factory.mktemp('compiled')
    # Without the data tests, of which dbt makes a graph each time.
    models = [node.name for node in parsed.nodes.values() if node.resource_type == 'model']
    manifest = part_of_project(parsed.deepcopy(), *models, tests=False)

    def run(jinja: str, **variables) -> tuple[bool, str]:
        # dbt leaves the last piece in the manifest, and would take the next for a duplicate.
        manifest.nodes.pop('sql_operation.phm.inline_query', None)
        messages = []
        runner = dbtRunner(manifest=manifest, callbacks=[lambda event: messages.append(event.info.msg)])
        given = ['--vars', yaml.safe_dump(variables)] if variables else []
        given += ['--target-path', str(folder / 'target'), '--log-path', str(folder / 'logs'), '--no-write-json']
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv('PHM_DATABASE', str(folder / 'phm.duckdb'))
            result = runner.invoke(['compile', '--inline', jinja, '--no-use-colors', '--quiet', *given])
        if result.success:
            return True, result.result.results[0].node.compiled_code
        return False, '\n'.join(messages)

    return run


# Beside the build of the warehouse the other process runs first what needs no dbt. What takes long does not come last,
# so within a folder the files with the most tests come first.
ORDER = ['unit', 'language', 'end_to_end', 'nightly', 'warehouse']


def pytest_collection_modifyitems(items) -> None:
    """While one process builds the warehouse, the other runs the files that need none: a file is run by one of them."""
    reads = Counter(item.path for item in items if 'built' in item.fixturenames)
    first = max(reads, key=reads.get, default=None)
    tests = Counter(item.path for item in items)
    place = {PROJECT / 'tests' / folder: number for number, folder in enumerate(ORDER)}
    items.sort(key=lambda item: (item.path != first, item.path in reads, place.get(item.path.parent), -tests[item.path]))


def pytest_terminal_summary(terminalreporter) -> None:
    """Prints what tests have to report: a test file's `record_property('report', (cell, cell))`, one line each."""
    tables = defaultdict(list)
    for outcome in ('passed', 'failed'):
        for report in terminalreporter.stats.get(outcome, []):
            cells = [value for name, value in report.user_properties if name == 'report']
            if report.when == 'call':
                tables[report.nodeid.split('::')[0]] += [[str(cell) for cell in row] for row in cells]
    for file, rows in tables.items():
        if rows:
            terminalreporter.section(file)
            widths = [max(len(cell) for cell in column) for column in zip(*rows)][:-1]
            for *cells, last in rows:
                padded = [cell.ljust(width) for cell, width in zip(cells, widths)]
                terminalreporter.line('  '.join([*padded, last]))
