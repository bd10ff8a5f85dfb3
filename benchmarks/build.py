"""How long a whole build takes, and on what, at several sizes of the population.

    python benchmarks/build.py --patients 81700
    python benchmarks/build.py --patients 817000 --against 7cf6675 --searches 300

Of each size it writes the population if it is not there and builds everything into a new warehouse with `dbt build`; if
told to, also with an earlier commit of the project, and with more searches. See README.md for what is measured.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
from datetime import datetime
from itertools import count, cycle
from pathlib import Path
from time import time

from measured import (
    PROJECT, Used, Warehouse, in_gib, machine, machine_in_words, population, save, stop_if_too_small, table
)

LAYERS = [
    'seeds', 'staging', 'population', 'concepts', 'cohorts', 'indicators', 'marts', 'disclosure_control', 'published',
    'data tests', 'unit tests', 'hooks',
]


# -- A whole build -------------------------------------------------------------------------------------------------


def whole_build(warehouse: Warehouse) -> dict:
    """Build everything into a new warehouse: what it used, its seconds by layer and its slowest nodes; two run at a time."""
    warehouse.clean()
    started = time()
    used = warehouse.dbt('build')
    ended, nodes = time(), warehouse.nodes()
    layers = {name: {'nodes': 0, 'seconds': 0.0} for name in LAYERS}
    for node in nodes:
        layers[node['layer']]['nodes'] += 1
        layers[node['layer']]['seconds'] += node['seconds']
    first, last = span(nodes)
    return used.record() | {
        'start_up_seconds': round(first - started, 1),
        'publishing_and_end_seconds': round(ended - last, 1),
        'warehouse_bytes': warehouse.database.stat().st_size,
        'layers': {
            name: {'nodes': of['nodes'], 'seconds': round(of['seconds'], 1)} for name, of in layers.items() if of['nodes']
        },
        'slowest_nodes': {
            node['node'].split('.', 2)[2]: round(node['seconds'], 1)
            for node in sorted(nodes, key=lambda node: -node['seconds'])[:20]
        },
    }


def span(nodes: list[dict]) -> tuple[float, float]:
    """When the first of the nodes began and the last one ended, without hooks, in seconds since 1970."""
    def seconds(text: str) -> float:
        return datetime.fromisoformat(text.replace('Z', '+00:00')).timestamp()

    ran = [node for node in nodes if node['started'] and node['layer'] != 'hooks']
    return min(seconds(node['started']) for node in ran), max(seconds(node['completed']) for node in ran)


# -- Another state of the project ----------------------------------------------------------------------------------


def at_commit(commit: str, folder: Path) -> Path:
    """The project as it was at a commit."""
    folder.mkdir(parents=True)
    archive = subprocess.run(['git', 'archive', commit], cwd=PROJECT, check=True, capture_output=True).stdout
    subprocess.run(['tar', '-x', '-C', folder], input=archive, check=True)
    return folder


def with_more_searches(total: int, folder: Path) -> Path:
    """A copy of the project whose searches, with their tests, are there several times: so many in all."""
    made = {'.git', '.venv', 'target', 'logs', 'warehouse'}
    project = Path(shutil.copytree(
        PROJECT, folder, ignore=lambda place, names: made if Path(place) == PROJECT else {'__pycache__', 'results'}
    ))
    searches = sorted((project / 'models/cohorts').glob('cohort_*.sql'))
    for search, number in zip(cycle(searches), count()):
        if len(searches) + number >= total:
            return project
        copy = search.with_stem(f'{search.stem}_{number // len(searches) + 2}')
        shutil.copy(search, copy)
        described = re.sub(rf'\b{search.stem}\b', copy.stem, search.with_suffix('.yml').read_text(encoding='utf-8'))
        described = re.sub(r'(?m)^(\s+title: .*?)("?)$', rf'\1 {copy.stem[-4:]}\2', described)
        copy.with_suffix('.yml').write_text(described, encoding='utf-8')


def largest_compiled(warehouse: Warehouse) -> int:
    """The size in bytes of the longest statement that counts inequality."""
    compiled = (warehouse.target / 'compiled' / 'phm' / 'models' / 'marts').rglob('*count*.sql')
    return max(file.stat().st_size for file in compiled)


# -- The results ---------------------------------------------------------------------------------------------------


def in_markdown(records: list[dict]) -> str:
    return '\n\n'.join([
        machine_in_words(records[-1]['machine']),
        table(['', *[f'{record["patients"]:,} patients' for record in records]], rows(records)),
        f'The twenty slowest nodes at {records[-1]["patients"]:,} patients:',
        table(['node', 'seconds'], [
            [node, f'{seconds:.1f}'] for node, seconds in records[-1]['build']['slowest_nodes'].items()
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

    def ratio(part: str):
        return lambda record: f'{record["build"]["cpu_seconds"] / record[part]["cpu_seconds"]:.2f}'

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
        line('**an earlier commit**', lambda record: f'`{record["before"]["commit"]}`'),
        line('its seconds', lambda record: f'{record["before"]["seconds"]:.0f} s'),
        line('its processor time', lambda record: f'{record["before"]["cpu_seconds"]:.0f} s'),
        line('its peak memory', lambda record: in_gib(record['before']['peak_memory_bytes'])),
        line('**processor time, of the earlier commit\'s**', ratio('before')),
        line('**more searches**', lambda record: str(record['more_searches']['searches'])),
        line('its seconds', lambda record: f'{record["more_searches"]["seconds"]:.0f} s'),
        line('its processor time', lambda record: f'{record["more_searches"]["cpu_seconds"]:.0f} s'),
        line('**times that of the project\'s own searches**', lambda record: '{:.2f}'.format(
            record['more_searches']['cpu_seconds'] / record['build']['cpu_seconds']
        )),
        line('longest compiled statement of the counts', lambda record: '{:,} bytes'.format(
            record['more_searches']['compiled_bytes']
        )),
    ]
    return [cells for cells in lines if any(cells[1:])]


def measure(patients: int, given: argparse.Namespace) -> dict:
    """Everything at one size, one build after the other."""
    folder = (given.folder / f'build_{patients}').resolve()
    stop_if_too_small(patients, folder)
    extract = population(patients, given.extract)

    def build(name: str, project: Path) -> tuple[Warehouse, dict]:
        print(f'{patients:,} patients: {name}', flush=True)
        warehouse = Warehouse(folder / name, extract, project)
        record = whole_build(warehouse)
        print(f'{record["seconds"]:.0f} s, {record["cpu_seconds"]:.0f} s of processor time', flush=True)
        return warehouse, record

    shutil.rmtree(folder, ignore_errors=True)
    record = {
        'patients': patients, 'machine': machine(), 'extract_bytes': sum(file.stat().st_size for file in extract.iterdir()),
    }
    if given.against:
        _, before = build('before', at_commit(given.against, folder / 'project_before'))
        record['before'] = {'commit': given.against} | {name: before[name] for name in Used.MEASURED}
    _, record['build'] = build('here', PROJECT)
    if given.searches:
        warehouse, more = build('more_searches', with_more_searches(given.searches, folder / 'project_more'))
        record['more_searches'] = {'searches': given.searches, 'compiled_bytes': largest_compiled(warehouse)}
        record['more_searches'] |= {name: more[name] for name in Used.MEASURED}
    if not given.keep:
        shutil.rmtree(folder)
    return record


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--patients', type=int, nargs='+', default=[81_700], help='sizes (default 81700)')
    parser.add_argument('--extract', type=Path, help='an extract of that size (default: warehouse/population_<patients>)')
    parser.add_argument('--folder', type=Path, default=PROJECT / 'warehouse' / 'benchmarks', help='where to build')
    parser.add_argument('--keep', action='store_true', help='keep the warehouses that were built')
    parser.add_argument('--against', help='a commit: build it too, just before, with the same packages')
    parser.add_argument('--searches', type=int, help='build again with so many searches, copies of the project\'s own')
    given = parser.parse_args()
    if given.extract and len(given.patients) > 1:
        parser.error('--extract is one extract, of one size')
    for patients in given.patients:
        save('build', patients, measure(patients, given), in_markdown)


if __name__ == '__main__':
    main()
