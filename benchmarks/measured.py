"""What the benchmarks share: populations of a size, dbt commands with what they used, the machine, the results in README."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from time import perf_counter

PROJECT = Path(__file__).resolve().parents[1]
RESULTS = Path(__file__).resolve().parent / 'results'
README = Path(__file__).resolve().parent / 'README.md'
PACKAGES = ['duckdb', 'dbt-core', 'dbt-duckdb', 'pandas', 'polars', 'pyarrow']

# What a build needs, found by measuring: see README.md.
GIB = 2**30
DISK_BYTES_PER_PATIENT = 12_000
LEAST_MEMORY = 3 * GIB
MEMORY_BYTES_PER_PATIENT = 4_000


@dataclass(frozen=True)
class Used:
    """What a program used: seconds on the clock, processor seconds, and its peak of resident memory."""

    seconds: float
    cpu_seconds: float
    peak_memory_bytes: int
    output: str = ''

    MEASURED = ('seconds', 'cpu_seconds', 'peak_memory_bytes')

    def record(self) -> dict:
        return {name: rounded(value) for name, value in asdict(self).items() if name in self.MEASURED}


def rounded(value):
    return round(value, 3) if isinstance(value, float) else value


def run(command: list, environment: dict[str, str] | None = None, folder: Path = PROJECT, check: bool = True) -> Used:
    """Run a program to its end. What it prints is kept, and shown if it fails."""
    started = perf_counter()
    process = subprocess.Popen(
        [str(part) for part in command], cwd=folder, env=os.environ | (environment or {}),
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )
    output = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if check and process.returncode:
        sys.exit(f'{output}\nThis did not succeed: {" ".join(str(part) for part in command)}')
    # Linux gives the peak in KiB, macOS in bytes.
    peak = used.ru_maxrss * (1 if sys.platform == 'darwin' else 1024)
    return Used(perf_counter() - started, used.ru_utime + used.ru_stime, peak, output)


class Warehouse:
    """One warehouse of a benchmark, with its published copy and dbt's own files, in a folder of its own."""

    def __init__(self, folder: Path, extract: Path, project: Path = PROJECT):
        self.folder, self.extract, self.project = folder, extract, project
        self.database, self.target = folder / 'phm.duckdb', folder / 'target'

    def clean(self) -> Warehouse:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        return self

    @property
    def environment(self) -> dict[str, str]:
        return {
            'PHM_DATABASE': str(self.database),
            'PHM_PUBLISHED_DIR': str(self.folder / 'published'),
            'PHM_EXTRACT_DIR': str(self.extract),
        }

    def dbt(self, *arguments: str) -> Used:
        files = ['--target-path', self.target, '--log-path', self.folder / 'logs', '--no-use-colors']
        return run([Path(sys.executable).parent / 'dbt', *arguments, *files], self.environment, self.project)

    def nodes(self) -> list[dict]:
        """What the last command ran: the identifier, the layer and the resource type of each node, and its seconds."""
        results = json.loads((self.target / 'run_results.json').read_text(encoding='utf-8'))['results']
        manifest = json.loads((self.target / 'manifest.json').read_text(encoding='utf-8'))
        known = manifest['nodes'] | manifest['unit_tests']
        return [
            {
                'node': result['unique_id'],
                'layer': layer(known[result['unique_id']]),
                'seconds': result['execution_time'],
                'started': min((part['started_at'] for part in result['timing']), default=None),
                'completed': max((part['completed_at'] for part in result['timing']), default=None),
            }
            for result in results if result['unique_id'] in known
        ]


def layer(node: dict) -> str:
    """A model's folder; tests, seeds, and what runs before and after everything are layers of their own."""
    names = {'seed': 'seeds', 'test': 'data tests', 'unit_test': 'unit tests', 'operation': 'hooks'}
    return names.get(node['resource_type'], node['fqn'][1])


def population(patients: int, given: Path | None = None) -> Path:
    """The extract of so many patients: the folder given, or warehouse/population_<patients>, made if it is not there."""
    folder = given or PROJECT / 'warehouse' / f'population_{patients}'
    if not (folder / 'observation.parquet').exists():
        print(f'Writing {folder.name}', flush=True)
        unfinished = folder.with_name(f'{folder.name}_unfinished')
        shutil.rmtree(unfinished, ignore_errors=True)
        generate = [sys.executable, PROJECT / 'demo' / 'generate.py', '--format', 'parquet']
        run([*generate, '--patients', patients, '--output', unfinished])
        unfinished.rename(folder)
    return folder.resolve()


def stop_if_too_small(patients: int, folder: Path) -> None:
    """Stops with a sentence if the memory or the disk cannot hold a build of so many patients."""
    folder.mkdir(parents=True, exist_ok=True)
    disk, needed = shutil.disk_usage(folder).free, DISK_BYTES_PER_PATIENT * patients
    if disk < needed:
        sys.exit(
            f'{patients:,} patients need {in_gib(needed)} of disk for the extract, the warehouse and what DuckDB puts '
            f'aside, and {in_gib(disk)} are free: name another folder with --folder.'
        )
    memory, needed = memory_bytes(), LEAST_MEMORY + MEMORY_BYTES_PER_PATIENT * patients
    if memory < needed:
        sys.exit(
            f'{patients:,} patients need {in_gib(needed)} of memory, and this machine has {in_gib(memory)}: name fewer.'
        )


def memory_bytes() -> int:
    return os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES')


def in_gib(size: float) -> str:
    return f'{size / GIB:.1f} GiB'


def machine() -> dict:
    """The machine and the versions, for the results."""
    versions = {'python': platform.python_version()}
    for package in PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            continue
    return {
        'cores': len(os.sched_getaffinity(0)) if hasattr(os, 'sched_getaffinity') else os.cpu_count(),
        'memory_gib': round(memory_bytes() / GIB),
        'system': platform.system(),
        'versions': versions,
        'load_before': round(os.getloadavg()[0], 1),
    }


def machine_in_words(machine: dict) -> str:
    versions = ', '.join(f'{package} {number}' for package, number in machine['versions'].items())
    # One process of others that never rests is a load of 1.
    busy = f' The machine had other work: its load was {machine["load_before"]}.' if machine['load_before'] > 0.7 else ''
    return f'{machine["cores"]} cores, {machine["memory_gib"]} GiB of memory, {machine["system"]}; {versions}.{busy}'


def table(header: list[str], rows: list[list]) -> str:
    """A Markdown table; what is not in the first column stands to the right."""
    lines = [header, ['---', *['---:'] * (len(header) - 1)], *rows]
    return '\n'.join('| ' + ' | '.join(str(cell) for cell in line) + ' |' for line in lines)


def save(
    kind: str, patients: int, record: dict, in_markdown: Callable[[list[dict]], str], results: Path = RESULTS
) -> None:
    """Keeps a record as results/<kind>_<patients>.json and writes the part of README on this kind anew from all of them."""
    results.mkdir(exist_ok=True)
    file = results / f'{kind}_{patients}.json'
    file.write_text(json.dumps(record, indent=1) + '\n', encoding='utf-8')
    records = [json.loads(file.read_text(encoding='utf-8')) for file in results.glob(f'{kind}_*.json')]
    begin, end = f'<!-- {kind}: written by the script -->\n', f'<!-- end of {kind} -->'
    before, rest = README.read_text(encoding='utf-8').split(begin)
    after = rest.split(end)[1]
    text = in_markdown(sorted(records, key=lambda record: record['patients']))
    README.write_text(f'{before}{begin}\n{text}\n\n{end}{after}', encoding='utf-8')
    print(f'\n{text}\n\nKept in {file}, and in {README}.')
