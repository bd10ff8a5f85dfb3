"""What the published copy promises, tried by hand: it takes minutes, so the test suite has cheaper versions.

    python benchmarks/published_copy.py kills --rounds 20      kill -9 at random moments of a build
    python benchmarks/published_copy.py readers --readers 4    readers that poll while builds run
    python benchmarks/published_copy.py orders --months 12     month-ends in two orders, with repeats

Each works in a new folder under --folder, on a copy of the project whose data tests and unit tests are disabled
(`dbt build` publishes after everything in the project passed, and here there is less of it), on a small extract
or on the one that --extract names.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from datetime import date, timedelta
from pathlib import Path

import duckdb

PROJECT = Path(__file__).resolve().parents[1]
PARTS = ['patient_level', 'aggregate', 'published']
DATES = ['2026-09-30', '2026-10-31']


class Warehouse:
    """A warehouse and its published copy, in a folder of their own, built by a copy of the project."""

    def __init__(self, folder: Path, extract: Path):
        self.folder, self.extract, self.project = folder, extract, folder / 'project'
        not_needed = shutil.ignore_patterns('.git', '.venv', 'target', 'logs', 'warehouse', '__pycache__')
        shutil.copytree(PROJECT, self.project, ignore=not_needed)
        with (self.project / 'dbt_project.yml').open('a', encoding='utf-8') as settings:
            settings.write('\ndata_tests:\n  +enabled: false\nunit_tests:\n  +enabled: false\n')
        self.database, self.published = folder / 'phm.duckdb', folder / 'published'

    def start(self, as_of_date: str) -> subprocess.Popen:
        return subprocess.Popen(
            [Path(sys.executable).parent / 'dbt', 'build', '--vars', json.dumps({'as_of_date': as_of_date})],
            cwd=self.project,
            env=os.environ | {
                'PHM_DATABASE': str(self.database),
                'PHM_PUBLISHED_DIR': str(self.published),
                'PHM_EXTRACT_DIR': str(self.extract),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, as_of_date: str) -> float:
        """Run to the end; the result is how many seconds it took."""
        started = time.monotonic()
        process = self.start(as_of_date)
        output = process.communicate()[0]
        if process.returncode:
            raise SystemExit(output)
        return time.monotonic() - started


def fingerprint(connection, schema: str, table: str) -> tuple[int, int]:
    """Rows and a sum over them, whatever their order; doubles to nine digits, which no order of adding up changes."""
    columns = connection.execute(
        'select column_name, data_type from information_schema.columns '
        'where table_catalog = current_database() and table_schema = ? and table_name = ? order by column_name',
        [schema, table],
    ).fetchall()
    shown = [f"printf('%.8e', {name} + 0)" if kind == 'DOUBLE' else name for name, kind in columns]
    return connection.execute(f'select count(*), sum(hash({", ".join(shown)})) from {schema}.{table}').fetchone()


def read_published(published: Path) -> tuple[str, dict]:
    """What a reader sees: the one version that all of it belongs to, and a fingerprint of every table.

    Raises if anything is torn: parts of two versions, a table whose rows are not those that the copy says it has,
    a Parquet file that differs from the table.
    """
    current = (published / 'current').resolve(strict=True)
    versions, tables = {json.loads((current / 'about.json').read_text(encoding='utf-8'))['version']}, {}
    for part in PARTS:
        if (current / part).exists():
            with duckdb.connect(str(current / part / f'phm_{part}.duckdb'), read_only=True) as connection:
                # What may leave may be of an earlier version: it is as of its last release.
                if part != 'published':
                    versions.add(connection.execute('select version from about').fetchone()[0])
                for name, rows in connection.execute('select table_name, row_count from about_tables').fetchall():
                    schema, table = name.split('.')
                    tables[name] = fingerprint(connection, schema, table)
                    parquet = connection.execute(f"select count(*) from '{current}/{part}/{table}.parquet'").fetchone()
                    assert (rows,) == parquet == tables[name][:1], f'{name} is torn'
    assert len(versions) == 1, f'parts of several versions: {versions}'
    return versions.pop(), tables


def different(one: dict, other: dict) -> list[str]:
    """The tables that are not the same."""
    return [name for name in one.keys() | other.keys() if one.get(name) != other.get(name)]


def kills(folder: Path, extract: Path, rounds: int, seed: int) -> None:
    """Kill a build at a random moment, every second time while it publishes; read, build again, compare."""
    chance = random.Random(seed)
    clean = Warehouse(folder / 'clean', extract)
    clean.run(DATES[0])
    expected = {}
    for day in [DATES[1], DATES[0]]:
        seconds = clean.run(day)
        expected[day] = read_published(clean.published)[1]
    assert different(expected[DATES[0]], expected[DATES[1]]), 'the two states look the same: nothing would show a fault'
    print(f'a build takes {seconds:.0f} s; {len(expected[day])} tables are published', flush=True)
    tried = Warehouse(folder / 'tried', extract)
    shutil.copy(clean.database, tried.database)
    shutil.copytree(clean.published, tried.published, symlinks=True)
    version, day = read_published(tried.published)[0], DATES[0]
    saw = {'older': 0, 'newer': 0}
    for number in range(1, rounds + 1):
        earlier, day = day, DATES[number % 2]
        process = tried.start(day)
        publishing = number % 2 == 0
        if publishing:
            for line in process.stdout:
                if 'Publishing to' in line:
                    break
            time.sleep(chance.uniform(0, 5))
        else:
            threading.Thread(target=process.stdout.read, daemon=True).start()
            time.sleep(chance.uniform(0, seconds))
        finished = process.poll() is not None
        process.send_signal(signal.SIGKILL)
        process.wait()
        seen, tables = read_published(tried.published)
        left_over = (tried.published / 'versions' / 'unfinished').exists()
        assert not different(tables, expected[earlier if seen == version else day]), 'neither the older nor the newer state'
        state = 'older' if seen == version else 'newer'
        saw[state] += 1
        tried.run(day)
        version, tables = read_published(tried.published)
        assert not different(tables, expected[day]), f'differs from a clean build: {different(tables, expected[day])}'
        assert not (tried.published / 'versions' / 'unfinished').exists()
        assert len(list((tried.published / 'versions').iterdir())) <= 2
        print(
            f'{number}: killed {"while publishing" if publishing else "at random"}'
            f'{" (had ended)" if finished else ""}{", left a part of a version" if left_over else ""}; the reader saw '
            f'the {state} state; built again, as a clean build',
            flush=True,
        )
    print(f'{rounds} builds killed: the reader saw {saw["older"]} times the older state, {saw["newer"]} times the newer')


def readers(folder: Path, extract: Path, count: int, rounds: int) -> None:
    """Builds in turn with readers and without; every read is of one whole version."""
    warehouse = Warehouse(folder / 'readers', extract)
    warehouse.run(DATES[0])
    seconds = {0: [], count: []}
    reads, versions, errors = 0, set(), []
    for number in range(2 * rounds):
        polling = count if number % 2 else 0
        stop = folder / f'stop_{number}'
        pollers = [
            subprocess.Popen(
                [sys.executable, __file__, 'poll', str(warehouse.published), str(stop)],
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            )
            for _ in range(polling)
        ]
        seconds[polling].append(warehouse.run(DATES[number % 2]))
        stop.touch()
        for poller in pollers:
            output = poller.communicate()[0]
            if poller.returncode:
                errors.append(output)
            else:
                found = json.loads(output)
                reads, versions = reads + found['reads'], versions | set(found['versions'])
    print(f'{count} readers: {reads} reads of {len(versions)} versions, {len(errors)} errors', *errors)
    for polling, took in seconds.items():
        print(f'a build with {polling} readers: {statistics.mean(took):.1f} s on average, each {[round(t, 1) for t in took]}')


def poll(published: Path, stop: Path) -> None:
    """One reader: opens the copy anew once a second, and keeps one connection open all along."""
    connection = duckdb.connect(str((published / 'current').resolve() / 'aggregate' / 'phm_aggregate.duckdb'), read_only=True)
    held = fingerprint(connection, 'marts', 'inequality_gaps')
    reads, versions = 0, set()
    while not stop.exists():
        with duckdb.connect(str((published / 'current' / 'aggregate' / 'phm_aggregate.duckdb')), read_only=True) as now:
            version = now.execute('select version from about').fetchone()[0]
            for name, rows in now.execute('select table_name, row_count from about_tables').fetchall():
                assert now.execute(f'select count(*) from {name}').fetchone()[0] == rows, f'{name} is torn'
        assert fingerprint(connection, 'marts', 'inequality_gaps') == held
        versions.add(version)
        reads += 1
        time.sleep(1)
    print(json.dumps({'reads': reads, 'versions': sorted(versions)}))


def orders(folder: Path, extract: Path, months: int, seed: int) -> None:
    """Month-ends one after another, and in a random order with repeats, the last date the same: the same marts."""
    ends, end = [], date(2026, 10, 31)
    for _ in range(months):
        ends.insert(0, str(end))
        end = end.replace(day=1) - timedelta(days=1)
    mixed = ends[:-1] + random.Random(seed).sample(ends, 3)
    random.Random(seed).shuffle(mixed)
    marts = []
    for name, dates in [('in_order', ends), ('mixed', [*mixed, ends[-1]])]:
        warehouse = Warehouse(folder / name, extract)
        took = [warehouse.run(day) for day in dates]
        print(f'{name}: {", ".join(dates)}; {sum(took):.0f} s', flush=True)
        with duckdb.connect(str(warehouse.database), read_only=True) as connection:
            tables = connection.execute("select table_name from information_schema.tables where table_schema = 'marts'")
            marts.append({table: fingerprint(connection, 'marts', table) for table, in tables.fetchall()})
    for table, (rows, _) in sorted(marts[0].items()):
        print(f'  {table}: {rows} rows, {"the same" if marts[0][table] == marts[1].get(table) else "DIFFERENT"}')


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest='command', required=True)
    for name in ['kills', 'readers', 'orders']:
        command = commands.add_parser(name)
        command.add_argument('--folder', type=Path, help='where to work (default: a folder that is deleted afterwards)')
        command.add_argument('--extract', type=Path, help='default: 300 synthetic patients')
        command.add_argument('--seed', type=int, default=1)
    commands.choices['kills'].add_argument('--rounds', type=int, default=20)
    commands.choices['readers'].add_argument('--rounds', type=int, default=3)
    commands.choices['readers'].add_argument('--readers', type=int, default=4)
    commands.choices['orders'].add_argument('--months', type=int, default=12)
    command = commands.add_parser('poll')
    command.add_argument('published', type=Path)
    command.add_argument('stop', type=Path)
    given = parser.parse_args()
    if given.command == 'poll':
        return poll(given.published, given.stop)
    with tempfile.TemporaryDirectory(dir=given.folder) as made:
        folder = Path(made)
        extract = given.extract
        if not extract:
            extract = folder / 'extract'
            generate = [sys.executable, PROJECT / 'demo' / 'generate.py', '--patients', '300', '--output', extract]
            subprocess.run(generate, check=True, capture_output=True)
        extract = extract.resolve()
        if given.command == 'kills':
            kills(folder, extract, given.rounds, given.seed)
        elif given.command == 'readers':
            readers(folder, extract, given.readers, given.rounds)
        else:
            orders(folder, extract, given.months, given.seed)


if __name__ == '__main__':
    main()
