"""How long a whole build takes, and on what, at several sizes of the population.

    python benchmarks/build.py --patients 81700
    python benchmarks/build.py --patients 817000 --one-more-search --refresh

Of each size it writes the population if it is not there, builds everything into a new warehouse with `dbt build`, and
unless told `--only-the-build` reads and sorts the same files once in DuckDB, as a yardstick for staging and concepts.
See README.md for what is measured.
"""

from __future__ import annotations

import argparse
import json
import re
import shlex
import shutil
import sys
from collections import defaultdict
from datetime import datetime
from pathlib import Path
from time import perf_counter, time

import duckdb
from changed_extract import EVENTS, changed_extract
from measured import (
    PROJECT, Warehouse, in_gib, machine, machine_in_words, population, run, save, stop_if_too_small, table
)
from published_copy import fingerprint
from searches import TEN

LAYERS = [
    'seeds', 'staging', 'population', 'concepts', 'cohorts', 'indicators', 'counting', 'marts', 'disclosure_control', 'published',
    'data tests', 'unit tests', 'hooks',
]
# What brings a warehouse up to date with the extract of the next day.
REFRESH = 'build --selector refresh'


# -- A whole build -------------------------------------------------------------------------------------------------


def whole_build(warehouse: Warehouse) -> dict:
    """Build everything into a new warehouse; where the time went."""
    warehouse.clean()
    return timed(warehouse, 'build') | {
        'warehouse_bytes': warehouse.database.stat().st_size,
        'published_bytes': sum(
            file.stat().st_size for file in (warehouse.folder / 'published').rglob('*') if file.is_file()
        ),
    }


def timed(warehouse: Warehouse, *command: str) -> dict:
    """One dbt command: what it used, and its seconds by layer and by node; three nodes run at a time."""
    started = time()
    used = warehouse.dbt(*command)
    ended, nodes = time(), warehouse.nodes()
    layers = {name: {'nodes': 0, 'seconds': 0.0} for name in LAYERS}
    for node in nodes:
        layers[node['layer']]['nodes'] += 1
        layers[node['layer']]['seconds'] += node['seconds']
    first, last = span(nodes)
    return used.record() | {
        'start_up_seconds': round(first - started, 1),
        'nodes_seconds': round(last - first, 1),
        'publishing_and_end_seconds': round(ended - last, 1),
        'layers': {
            name: {'nodes': of['nodes'], 'seconds': round(of['seconds'], 2)}
            for name, of in layers.items() if of['nodes']
        },
        'nodes': {
            node['node']: round(node['seconds'], 2) for node in sorted(nodes, key=lambda node: -node['seconds'])
        },
    }


def span(nodes: list[dict]) -> tuple[float, float]:
    """When the first of the nodes began and the last one ended, without hooks, in seconds since 1970."""
    def seconds(text: str) -> float:
        return datetime.fromisoformat(text.replace('Z', '+00:00')).timestamp()

    ran = [node for node in nodes if node['started'] and node['layer'] != 'hooks']
    return min(seconds(node['started']) for node in ran), max(seconds(node['completed']) for node in ran)


# -- The yardstick -------------------------------------------------------------------------------------------------


def read_and_sort(extract: Path, database: Path) -> None:
    """Every event of the extract, read once and written to a table by patient, code and date."""
    database.unlink(missing_ok=True)
    with duckdb.connect(str(database), config={'threads': 2}) as connection:
        connection.execute('set enable_progress_bar = false')
        for name in EVENTS:
            connection.execute(
                f"create table {name} as from '{extract}/{name}.parquet' order by patient_id, snomed_code, event_date"
            )


def yardstick(extract: Path, folder: Path) -> dict:
    """The same in a process of its own; without the start of Python."""
    database, answer = folder / 'sorted.duckdb', folder / 'sorted.json'
    used = run([sys.executable, __file__, 'read-and-sort', extract, database, answer])
    database.unlink()
    return used.record() | {'seconds': json.loads(answer.read_text(encoding='utf-8'))}


def staging_and_concepts(warehouse: Warehouse) -> dict:
    """Staging, population and concepts alone, without tests: from the first of these models to the last."""
    warehouse.clean().dbt('seed')
    used = warehouse.dbt('run', '--select', 'staging', 'population', 'concepts')
    first, last = span(warehouse.nodes())
    return used.record() | {'seconds': round(last - first, 2)}


# -- One more search -----------------------------------------------------------------------------------------------


def with_ten_more_searches(folder: Path) -> Path:
    """A copy of the project in which the ten searches of searches.py exist a second time, with their tests."""
    not_needed = shutil.ignore_patterns('.git', '.venv', 'target', 'logs', 'warehouse', '__pycache__', 'results')
    project = Path(shutil.copytree(PROJECT, folder / 'project', ignore=not_needed))
    for search in TEN:
        old, new = project / f'models/cohorts/cohort_{search}', project / f'models/cohorts/cohort_{search}_again'
        shutil.copy(old.with_suffix('.sql'), new.with_suffix('.sql'))
        described = old.with_suffix('.yml').read_text(encoding='utf-8')
        described = re.sub(rf'\b{old.name}\b', new.name, described)
        described = re.sub(r'(?m)^(\s+title: .*?)("?)$', r'\1 again\2', described)
        new.with_suffix('.yml').write_text(described, encoding='utf-8')
    return project


def one_more_search(extract: Path, folder: Path, whole: dict) -> dict:
    """What one more search costs: a build with ten more against the build without, a tenth of the difference."""
    shutil.rmtree(folder, ignore_errors=True)
    warehouse = Warehouse(folder / 'warehouse', extract, with_ten_more_searches(folder))
    more = whole_build(warehouse)
    manifest = json.loads((warehouse.target / 'manifest.json').read_text(encoding='utf-8'))
    # The new models and their tests, and everything that reads them, grown by them.
    changed, found = set(), [f'model.phm.cohort_{search}_again' for search in TEN]
    while found:
        node = found.pop()
        if node not in changed:
            changed.add(node)
            found += manifest['child_map'][node]
    grown = defaultdict(float)
    for node in changed & more['nodes'].keys():
        grown['new' if node not in whole['nodes'] else 'grown'] += more['nodes'][node] - whole['nodes'].get(node, 0)
    return {
        'seconds': round((more['seconds'] - whole['seconds']) / len(TEN), 2),
        'cpu_seconds': round((more['cpu_seconds'] - whole['cpu_seconds']) / len(TEN), 2),
        'seconds_of_its_own_nodes': round(grown['new'] / len(TEN), 2),
        'seconds_more_of_nodes_that_read_it': round(grown['grown'] / len(TEN), 2),
    }


# -- A refresh -----------------------------------------------------------------------------------------------------


def put_in_place(extract: Path, place: Path) -> Path:
    """The files of an extract in a folder that is always the same: a new folder would have dbt parse the project again."""
    place.unlink(missing_ok=True)
    place.symlink_to(extract)
    return place


def refresh(warehouse: Warehouse, folder: Path, command: str) -> dict:
    """Bring a built warehouse up to date after 1% of the patients changed, and compare it with a new one."""
    shutil.rmtree(folder, ignore_errors=True)
    changed = folder / 'changed_extract'
    patients = changed_extract(warehouse.extract, changed)
    put_in_place(changed, warehouse.extract)
    refreshed = timed(warehouse, *shlex.split(command))
    new = Warehouse(folder / 'built_new', changed, warehouse.project)
    return {
        'changed_patients': patients,
        'command': command,
        'refresh': refreshed,
        'whole_build': whole_build(new),
        'tables_that_differ': different(warehouse.database, new.database),
    }


def different(one: Path, other: Path) -> list[str]:
    """The tables from the population to the marts that two warehouses do not have alike."""
    found = []
    for database in (one, other):
        with duckdb.connect(str(database), read_only=True) as connection:
            tables = connection.execute(
                "select table_schema, table_name from information_schema.tables where table_type = 'BASE TABLE' "
                "and table_schema in ('population', 'concepts', 'cohorts', 'indicators', 'marts')"
            ).fetchall()
            found.append({f'{schema}.{name}': fingerprint(connection, schema, name) for schema, name in tables})
    return sorted(name for name in found[0].keys() | found[1].keys() if found[0].get(name) != found[1].get(name))


# -- The results ---------------------------------------------------------------------------------------------------


def in_markdown(records: list[dict]) -> str:
    return '\n\n'.join([
        machine_in_words(records[-1]['machine']),
        table(['', *[f'{record["patients"]:,} patients' for record in records]], rows(records)),
        f'The twenty slowest nodes at {records[-1]["patients"]:,} patients:',
        table(['node', 'seconds'], [
            [node.removeprefix('model.phm.').removeprefix('test.phm.').removeprefix('unit_test.phm.'), f'{seconds:.1f}']
            for node, seconds in list(records[-1]['build']['nodes'].items())[:20]
        ]),
    ])


def rows(records: list[dict]) -> list[list[str]]:
    def line(name: str, value) -> list[str]:
        cells = []
        for record in records:
            try:
                cells.append(value(record))
            except KeyError:
                cells.append('')
        return [name, *cells]

    def seconds_of_layer(layer: str):
        return lambda record: f'{record["build"]["layers"][layer]["seconds"]:.1f} s'

    lines = [
        line('**a whole `dbt build`**', lambda record: f'**{record["build"]["seconds"]:.0f} s**'),
        line('for every 100,000 patients', lambda record: '{:.1f} s'.format(
            record['build']['seconds'] / record['patients'] * 1e5
        )),
        line('processor time', lambda record: f'{record["build"]["cpu_seconds"]:.0f} s'),
        line('peak memory', lambda record: in_gib(record['build']['peak_memory_bytes'])),
        line('warehouse', lambda record: in_gib(record['build']['warehouse_bytes'])),
        line('extract', lambda record: in_gib(record['extract_bytes'])),
        line('until the first node runs', lambda record: f'{record["build"]["start_up_seconds"]:.1f} s'),
        line('after the last one, publishing included', lambda record: '{:.1f} s'.format(
            record['build']['publishing_and_end_seconds']
        )),
        *[line(f'nodes: {layer.replace("_", " ")}', seconds_of_layer(layer)) for layer in LAYERS],
        line('reading and sorting the events once', lambda record: f'{record["yardstick"]["seconds"]:.1f} s'),
        line('staging, population and concepts alone', lambda record: f'{record["staging_and_concepts"]["seconds"]:.1f} s'),
        line('that, in readings and sortings', lambda record: '{:.2f}'.format(
            record['staging_and_concepts']['times_the_yardstick']
        )),
        line('one more search', lambda record: f'{record["one_more_search"]["seconds"]:.2f} s'),
        line('of that, in processor time', lambda record: f'{record["one_more_search"]["cpu_seconds"]:.2f} s'),
        line('by its nodes and those that read it', lambda record: '{:.2f} s'.format(
            record['one_more_search']['seconds_of_its_own_nodes']
            + record['one_more_search']['seconds_more_of_nodes_that_read_it']
        )),
        line('a refresh after 1% changed', lambda record: f'{record["refresh"]["refresh"]["seconds"]:.0f} s'),
        line('of a whole build of the changed extract', lambda record: '{:.0%}'.format(
            record['refresh']['refresh']['seconds'] / record['refresh']['whole_build']['seconds']
        )),
        line('tables that then differ from that build', lambda record: str(len(record['refresh']['tables_that_differ']))),
    ]
    return [cells for cells in lines if any(cells[1:])]


def measure(patients: int, given: argparse.Namespace) -> dict:
    """Everything at one size."""
    def done_with(part: Path) -> None:
        if not given.keep:
            shutil.rmtree(part)

    folder = (given.folder / f'build_{patients}').resolve()
    stop_if_too_small(patients, folder)
    record = {'patients': patients, 'machine': machine()}
    extract = population(patients, given.extract)
    record['extract_bytes'] = sum(file.stat().st_size for file in extract.iterdir())
    print(f'{patients:,} patients: a whole build', flush=True)
    before = None if given.only_the_build else yardstick(extract, folder)
    warehouse = Warehouse(folder / 'whole', put_in_place(extract, folder / 'extract'))
    record['build'] = whole_build(warehouse)
    print(f'{record["build"]["seconds"]:.0f} s', flush=True)
    if before:
        print('Staging and concepts alone', flush=True)
        alone = staging_and_concepts(Warehouse(folder / 'alone', extract))
        done_with(folder / 'alone')
        after = yardstick(extract, folder)
        record['yardstick'] = {name: round((before[name] + after[name]) / 2, 2) for name in before}
        record['staging_and_concepts'] = alone | {
            'times_the_yardstick': round(alone['seconds'] / record['yardstick']['seconds'], 2)
        }
    if given.one_more_search:
        print('Ten more searches', flush=True)
        record['one_more_search'] = one_more_search(extract, folder / 'ten_more', record['build'])
        done_with(folder / 'ten_more')
    if given.refresh:
        print('A refresh', flush=True)
        record['refresh'] = refresh(warehouse, folder / 'refresh', given.refresh_command)
    done_with(folder)
    return record


def main() -> None:
    if sys.argv[1:2] == ['read-and-sort']:
        started = perf_counter()
        read_and_sort(Path(sys.argv[2]), Path(sys.argv[3]))
        Path(sys.argv[4]).write_text(json.dumps(round(perf_counter() - started, 3)), encoding='utf-8')
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--patients', type=int, nargs='+', default=[81_700], help='sizes (default 81700)')
    parser.add_argument('--extract', type=Path, help='an extract of that size (default: warehouse/population_<patients>)')
    parser.add_argument('--folder', type=Path, default=PROJECT / 'warehouse' / 'benchmarks', help='where to build')
    parser.add_argument('--keep', action='store_true', help='keep the warehouses that were built')
    parser.add_argument('--only-the-build', action='store_true', help='no yardstick, and no staging and concepts alone')
    parser.add_argument('--one-more-search', action='store_true', help='also what one more search costs: another build')
    parser.add_argument('--refresh', action='store_true', help='also a refresh after 1%% of the patients changed: two more')
    parser.add_argument('--refresh-command', default=REFRESH, help=f'the dbt command of a refresh (default: {REFRESH})')
    given = parser.parse_args()
    if given.extract and len(given.patients) > 1:
        parser.error('--extract is one extract, of one size')
    for patients in given.patients:
        save('build', patients, measure(patients, given), in_markdown)


if __name__ == '__main__':
    main()
