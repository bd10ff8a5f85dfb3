"""Ten searches four ways: PHM on its concepts, and SQL, pandas and polars on the files of the extract.

    python benchmarks/searches.py --patients 817000

Writes the population if it is not there, builds what the searches need in a warehouse of its own, runs every search
in every way, refuses to go on if one does not find exactly the patients of the mart cohort_flags, and writes how long
each took to results/ and README.md. See README.md for what is measured.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import re
import statistics
import sys
import tempfile
from pathlib import Path
from time import perf_counter, process_time

import duckdb
from measured import (
    PROJECT, Used, Warehouse, in_gib, machine, machine_in_words, population, run, save, stop_if_too_small, table
)

SEARCHES = Path(__file__).resolve().parent / 'searches'
CODELISTS = PROJECT / 'seeds' / 'codelists'
TEN = [
    'high_bmi_anxiety_depression_no_covid_vaccination',
    'diabetes_hba1c_above_58_no_retinal_or_foot_check',
    'hypertension_not_treated_to_target',
    'asthma_six_relievers_no_preventer',
    'atrial_fibrillation_no_anticoagulant',
    'aged_5_without_two_mmr_vaccinations',
    'cervical_screening_overdue',
    'learning_disability_no_health_check_or_plan',
    'pregnant_current_smokers',
    'covid_19_eligible_not_vaccinated',
]


# -- The four ways: what is shared is done when one is opened, then each search can be found -----------------------


class Phm:
    """The SQL that dbt compiles of a search, on built concepts; of a search that uses another one, of both."""

    def __init__(self, extract: Path, warehouse: Path):
        self.connection = duckdb.connect(str(warehouse / 'phm.duckdb'), read_only=True)
        self.compiled = warehouse / 'target' / 'compiled' / 'phm' / 'models' / 'cohorts'

    def find(self, search: str) -> None:
        sql = (self.compiled / f'cohort_{search}.sql').read_text(encoding='utf-8')
        for other in sorted(set(re.findall(r'"cohorts"\."cohort_(\w+)"', sql))):
            self.find(other)
        self.connection.execute(f'create or replace temp table found as {sql}')

    def patients(self) -> list[str]:
        return [patient for patient, in self.connection.execute('select patient_id from found').fetchall()]


class Sql(Phm):
    """SQL by hand, in DuckDB, on the files."""

    def __init__(self, extract: Path, warehouse: Path):
        self.connection = duckdb.connect()
        for name in ['patient', 'practice', 'condition', 'observation', 'vaccination', 'medication']:
            file = extract / f'{name}.parquet'
            read = f"'{file}'" if file.exists() else f"read_csv('{file.with_suffix('.csv')}', all_varchar = true)"
            self.connection.execute(f'create temp view {name} as from {read}')
        options = 'all_varchar = true, union_by_name = true, filename = true'
        self.connection.execute(f"create temp view codelist_file as from read_csv('{CODELISTS}/*.csv', {options})")
        self.connection.execute((SEARCHES / 'prologue.sql').read_text(encoding='utf-8'))

    def find(self, search: str) -> None:
        sql = (SEARCHES / f'{search}.sql').read_text(encoding='utf-8')
        self.connection.execute(f'create or replace temp table found as {sql}')


class Pandas:
    """pandas, on tables that are read when a search first needs them and stay in memory."""

    def __init__(self, extract: Path, warehouse: Path):
        sys.path.append(str(SEARCHES))
        self.searches = importlib.import_module('with_pandas')
        self.extract = self.searches.Extract(extract, CODELISTS)
        self.found = self.extract.registered

    def find(self, search: str) -> None:
        self.found = getattr(self.searches, search)(self.extract)

    def patients(self) -> list[str]:
        return list(self.found)


class Polars:
    """polars, lazily, on the files."""

    def __init__(self, extract: Path, warehouse: Path):
        sys.path.append(str(SEARCHES))
        self.searches = importlib.import_module('with_polars')
        self.extract = self.searches.Extract(extract, CODELISTS)
        self.found = self.extract.registered

    def find(self, search: str) -> None:
        self.found = getattr(self.searches, search)(self.extract).select('patient_id').collect()

    def patients(self) -> list[str]:
        return self.found['patient_id'].to_list()


WAYS = {'SQL by hand': Sql, 'PHM': Phm, 'pandas': Pandas, 'polars': Polars}


# -- Timing --------------------------------------------------------------------------------------------------------


def work(way: str, extract: Path, warehouse: Path, searches: list[str], repeats: int, answer: Path) -> None:
    """In a process of its own: open a way, find each search so many times, and leave the times and the patients."""
    started, started_cpu = perf_counter(), process_time()
    opened = WAYS[way](extract, warehouse)
    result = {'shared': [perf_counter() - started, process_time() - started_cpu], 'times': {}, 'patients': {}}
    for search in searches:
        for _ in range(repeats):
            started, started_cpu = perf_counter(), process_time()
            opened.find(search)
            result['times'][search] = [perf_counter() - started, process_time() - started_cpu]
        result['patients'][search] = sorted(opened.patients())
    answer.write_text(json.dumps(result), encoding='utf-8')


def start(way: str, extract: Path, warehouse: Path, searches: list[str], repeats: int, expected: dict) -> tuple[dict, Used]:
    """Have it done, and check that the patients are those of the mart."""
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / 'answer.json'
        used = run([sys.executable, __file__, 'work', way, extract, warehouse, ','.join(searches), repeats, answer])
        result = json.loads(answer.read_text(encoding='utf-8'))
    for search in searches:
        compare(way, search, expected[search], result['patients'][search])
    return result, used


def compare(way: str, search: str, expected: list[str], found: list[str]) -> None:
    if sorted(found) != sorted(expected):
        missing, surplus = set(expected) - set(found), set(found) - set(expected)
        sys.exit(
            f'{way} does not find the patients of cohort_{search}: of {len(expected):,} it misses {len(missing):,}, '
            f'and it finds {len(surplus):,} others ({len(found):,} in all).'
        )


def members(database: Path) -> dict[str, list[str]]:
    """Whom the mart says that each search finds."""
    with duckdb.connect(str(database), read_only=True) as connection:
        return {
            search: [patient for patient, in connection.execute(
                f"select patient_id from marts.cohort_flags where cohort_{search} and as_of_date = date '2026-10-31'"
            ).fetchall()]
            for search in TEN
        }


def measure(extract: Path, warehouse: Path, rounds: int, cold: bool) -> dict:
    """Every way in turn, so many rounds, in processes of their own; the medians."""
    expected = members(warehouse / 'phm.duckdb')
    measured = {
        way: {'shared': [], 'warm': {search: [] for search in TEN}, 'cold': {search: [] for search in TEN}}
        for way in WAYS
    }
    peak = dict.fromkeys(WAYS, 0)
    for number in range(1, rounds + 1):
        for way in WAYS:
            result, used = start(way, extract, warehouse, TEN, 2, expected)
            measured[way]['shared'].append(result['shared'])
            peak[way] = max(peak[way], used.peak_memory_bytes)
            for search, times in result['times'].items():
                measured[way]['warm'][search].append(times)
        for search in TEN if cold else []:
            for way in WAYS:
                used = start(way, extract, warehouse, [search], 1, expected)[1]
                measured[way]['cold'][search].append([used.seconds, used.cpu_seconds])
        print(f'Round {number} of {rounds} is done', flush=True)
    return {
        'found': {search: len(patients) for search, patients in expected.items()},
        'ways': {
            way: {
                'shared': median(of['shared']),
                'warm': {search: median(times) for search, times in of['warm'].items()},
                'cold': {search: median(times) for search, times in of['cold'].items() if times},
                'peak_memory_bytes': peak[way],
            }
            for way, of in measured.items()
        },
    }


def median(times: list[list[float]]) -> dict[str, float]:
    seconds, cpu_seconds = zip(*times)
    return {'seconds': round(statistics.median(seconds), 4), 'cpu_seconds': round(statistics.median(cpu_seconds), 4)}


# -- The results ---------------------------------------------------------------------------------------------------


def in_markdown(records: list[dict]) -> str:
    return '\n\n'.join(one_in_markdown(record) for record in records)


def one_in_markdown(record: dict) -> str:
    ways, others = record['ways'], [way for way in record['ways'] if way != 'SQL by hand']

    def line(name: str, found, seconds: dict[str, float]) -> list[str]:
        by_hand = seconds['SQL by hand']
        return [name, found, f'{by_hand * 1000:,.0f} ms', *[f'{seconds[way] / by_hand:.2f}' for way in others]]

    def seconds(kind: str, search: str) -> dict[str, float]:
        return {way: of[kind][search]['seconds'] for way, of in ways.items()}

    def total(kind: str) -> dict[str, float]:
        return {way: sum(times['seconds'] for times in of[kind].values()) for way, of in ways.items()}

    rows = [line(search.replace('_', ' '), f'{record["found"][search]:,}', seconds('warm', search)) for search in TEN]
    rows.append(line('**all ten**', '', total('warm')))
    if ways['PHM']['cold']:
        rows.append(line('all ten, each in a new process', '', total('cold')))
    shared = ways | {'PHM': {'shared': {'seconds': record['build']['seconds']}}}
    rows.append([
        'done once before', '', *[f'{shared[way]["shared"]["seconds"]:.1f} s' for way in ['SQL by hand', *others]]
    ])
    rows.append(['peak memory', '', *[in_gib(ways[way]['peak_memory_bytes']) for way in ['SQL by hand', *others]]])
    pandas = total('warm')['pandas'] / total('warm')['PHM']
    build = ', '.join(f'{name} {seconds:.0f} s' for name, seconds in record['build']['layers'].items())
    return (
        f'### {record["patients"]:,} patients\n\n{machine_in_words(record["machine"])}\n\n'
        + table(['search', 'found', 'SQL by hand', *[f'{way} / SQL' for way in others]], rows)
        + f'\n\npandas took {pandas:.1f} times as long as PHM. What PHM did once before took '
        f'{record["build"]["seconds"]:.0f} s on the clock and {record["build"]["cpu_seconds"]:.0f} s of processor time, '
        f'in seconds of models: {build}.'
    )


def build(warehouse: Warehouse) -> dict:
    """Build what the searches need and the mart that says whom they find; the result is how long it took."""
    used = warehouse.clean().dbt('build', '--select', '+cohort_flags', '--exclude-resource-type', 'test', 'unit_test')
    return built(warehouse) | {'seconds': round(used.seconds, 1), 'cpu_seconds': round(used.cpu_seconds, 1)}


def built(warehouse: Warehouse) -> dict:
    layers = dict.fromkeys(['staging', 'population', 'concepts', 'cohorts'], 0.0)
    for node in warehouse.nodes():
        if node['layer'] in layers:
            layers[node['layer']] += node['seconds']
    return {'layers': {name: round(seconds, 1) for name, seconds in layers.items()}}


def main() -> None:
    if sys.argv[1:2] == ['work']:
        way, extract, warehouse, searches, repeats, answer = sys.argv[2:]
        return work(way, Path(extract), Path(warehouse), searches.split(','), int(repeats), Path(answer))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--patients', type=int, default=81_700, help='size of the population (default 81700)')
    parser.add_argument('--extract', type=Path, help='an extract of that size (default: warehouse/population_<patients>)')
    parser.add_argument('--folder', type=Path, default=PROJECT / 'warehouse' / 'benchmarks', help='where to build')
    parser.add_argument('--rounds', type=int, default=3, help='how often everything is timed (default 3)')
    parser.add_argument('--no-cold', action='store_true', help='leave out the runs in new processes')
    given = parser.parse_args()
    missing = [package for package in ['pandas', 'polars', 'pyarrow'] if not importlib.util.find_spec(package)]
    if missing:
        sys.exit(
            f'{" and ".join(missing)} cannot be imported: '
            'pip install --no-deps --require-hashes -r requirements/benchmarks.txt'
        )
    stop_if_too_small(given.patients, given.folder)
    described = machine()
    extract = population(given.patients, given.extract)
    warehouse = Warehouse((given.folder / f'searches_{given.patients}').resolve(), extract)
    print('Building what the searches need', flush=True)
    record = {'patients': given.patients, 'machine': described, 'build': build(warehouse)}
    record |= measure(extract, warehouse.folder, given.rounds, not given.no_cold)
    save('searches', given.patients, record, in_markdown)
    return None


if __name__ == '__main__':
    main()
