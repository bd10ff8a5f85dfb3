"""Random searches over random records find the patients that the oracle finds, and no others.

An example is a handful of patients with their events and a few searches. The concepts and the
searches are the project's own SQL, compiled once and run on tables made here; the oracle reads the
same rows in plain Python. PHM_PROPERTY_EXAMPLES sets how many examples are tried, 200 or more.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout, suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from io import StringIO
from math import prod

import duckdb
import pytest
import search_oracle
from conftest import AS_OF_DATE, PROJECT
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.configuration import set_hypothesis_home_dir
from hypothesis.internal.conjecture.providers import AVAILABLE_PROVIDERS
from search_oracle import CONCEPTS, STATUSES, Block, Event, Patient, Record, codelist, shift

set_hypothesis_home_dir(PROJECT / 'target' / 'hypothesis')
# Hypothesis's own way of drawing, under another name: of a backend by the name of 'hypothesis' five
# examples in six are small variations of the one before, and few different searches are tried.
AVAILABLE_PROVIDERS['no variations'] = AVAILABLE_PROVIDERS['hypothesis']
EXAMPLES = max(200, int(os.environ.get('PHM_PROPERTY_EXAMPLES', 0)))
COHORT = 'cohort_aged_75_or_over_never_covid_vaccinated'
LEAP_DAYS = [date(2020, 2, 29), date(2024, 2, 29)]
ONE_DAY = timedelta(days=1)

EVENT_COLUMNS = 'event_id varchar, patient_id varchar, event_date date, snomed_code varchar, age_at_event integer'
TABLES = {
    'staging.stg_condition': EVENT_COLUMNS,
    'staging.stg_observation': EVENT_COLUMNS + ', value double, unit varchar',
    'staging.stg_vaccination': EVENT_COLUMNS,
    'staging.stg_medication': EVENT_COLUMNS,
    'population.registered_patient': (
        'patient_id varchar, as_of_date date, age integer, age_band varchar, sex varchar, ethnic_category varchar,'
        ' ethnic_group varchar, lsoa_code varchar, imd_decile integer, imd_quintile integer, is_core20 boolean,'
        ' rural_urban varchar, practice_code varchar, pcn_code varchar, place varchar'
    ),
    f'cohorts.{COHORT}': 'patient_id varchar, as_of_date date, evidence varchar',
}


# -- An example ------------------------------------------------------------------------------------


@dataclass(frozen=True, repr=False)
class Example:
    """Records, of which only the registered are in the population, and searches over them."""

    as_of_date: date
    records: tuple[Record, ...]
    registered: frozenset[str]
    searches: tuple[tuple[Block, ...], ...]

    def __repr__(self) -> str:
        return f'<{len(self.searches)} searches over {len(self.records)} patients>'


def jinja(search: tuple[Block, ...]) -> str:
    criteria = ', '.join(f"('{number}', {block})" for number, block in enumerate(search, start=1))
    return '{{ cohort_search([' + criteria + ']) }}'


def events_as_text(record: Record) -> str:
    lines = [
        f'    {e.event_date} {e.table} {e.event_id}: {e.snomed_code}, value {e.value}, at age {e.age_at_event}'
        for e in sorted(record.events, key=lambda e: (e.event_date, e.event_id))
    ]
    return '\n'.join(lines) or '    no events'


# -- What is drawn: searches -----------------------------------------------------------------------


WINDOWS = st.builds(
    '{} {}'.format, st.sampled_from([1, 2, 3, 6, 12, 13, 24]), st.sampled_from(['days', 'weeks', 'months', 'years'])
)
WINDOW_DATES = st.sampled_from(
    [date(2006, 4, 1), date(2020, 12, 8), *LEAP_DAYS, date(2025, 2, 28), date(2025, 9, 1), date(2026, 10, 31)]
) | st.dates(date(2018, 1, 1), date(2026, 12, 31))
NUMBERS = {'bmi': [10, 18.5, 20, 25, 30, 40.1, 150], 'systolic_blood_pressure': [40, 90, 120.5, 140, 350]}


@cache
def index(size: int) -> st.SearchStrategy[int]:
    return st.integers(0, size - 1)


def pick_each(draw, *lists) -> list:
    """One value of each list, in a single draw: draws are what takes Hypothesis its time."""
    number, picked = draw(index(prod(len(values) for values in lists))), []
    for values in lists:
        number, position = divmod(number, len(values))
        picked.append(values[position])
    return picked


def pick(draw, values):
    return pick_each(draw, values)[0]


def options(draw, **strategies) -> dict:
    """Each option is given or not."""
    given_or_not = pick_each(draw, *[[False, True]] * len(strategies))
    return {name: draw(strategies[name]) for name, is_given in zip(strategies, given_or_not, strict=True) if is_given}


def window(draw, at_least_one: bool = False) -> dict:
    days = WINDOW_DATES.map(str)
    given_options = options(draw, within=WINDOWS, on_or_after=days, before=days)
    if {'on_or_after', 'before'} <= given_options.keys():
        first, last = sorted([given_options['on_or_after'], given_options['before']])
        given_options |= {'on_or_after': first, 'before': last}
        if first == last:
            del given_options['before']
    return given_options or ({'within': draw(WINDOWS)} if at_least_one else {})


def bounds(draw, numbers: list, *names: str) -> dict:
    """At least one of the bounds, and a range that is not empty."""
    lowest, highest = sorted([pick(draw, numbers), pick(draw, numbers)])
    lower = pick(draw, [name for name in names if name in ('at_least', 'above')])
    upper = pick(draw, [name for name in names if name in ('at_most', 'below')])
    both = pick(draw, [{lower: lowest}, {upper: highest}, {lower: lowest, upper: highest}])
    if len(both) == 2 and lowest == highest:
        return {'at_least': lowest, 'at_most': lowest}
    return both


def some(values: list) -> st.SearchStrategy[tuple]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=3, unique=True).map(tuple)


def named(draw, concepts: list[str], *kinds: str) -> str:
    """One of the example's concepts, or another if none of them is of that kind."""
    of_kind = [name for name, concept in CONCEPTS.items() if concept.kind in kinds]
    return pick(draw, [name for name in concepts if name in of_kind] or of_kind)


def draw_aged(draw, concepts):
    return Block('aged', (), bounds(draw, [0, 11, 17, 18, 40, 75], 'at_least', 'at_most'))


def draw_sex_is(draw, concepts):
    return Block('sex_is', draw(some(['female', 'male', 'indeterminate'])))


def draw_ethnic_group_is(draw, concepts):
    return Block('ethnic_group_is', draw(some(['White', 'Mixed', 'Asian', 'Black', 'Other'])))


def draw_deprivation_quintile_is(draw, concepts):
    return Block('deprivation_quintile_is', draw(some([1, 2, 3, 4, 5])))


def draw_in_core20(draw, concepts):
    return Block('in_core20')


def draw_lives_rurally(draw, concepts):
    return Block('lives_rurally')


def draw_has_condition(draw, concepts):
    times = options(draw, at_least_times=st.integers(1, 3))
    return Block('has_condition', (named(draw, concepts, 'condition'),), window(draw) | times)


def draw_recorded(draw, concepts):
    return Block('recorded', (pick(draw, concepts),), window(draw))


def draw_first_recorded(draw, concepts):
    return Block('first_recorded', (pick(draw, concepts),), window(draw, at_least_one=True))


def draw_vaccinated(draw, concepts):
    doses = options(draw, doses=st.integers(1, 3))
    return Block('vaccinated', (named(draw, concepts, 'vaccination'),), doses | window(draw))


def draw_prescribed(draw, concepts):
    given_options = options(draw, within=WINDOWS, at_least_times=st.integers(1, 3))
    return Block('prescribed', (named(draw, concepts, 'medication'),), given_options)


def draw_latest_value(draw, concepts):
    concept = named(draw, concepts, 'value')
    given_options = bounds(draw, NUMBERS[concept], 'at_least', 'above', 'at_most', 'below')
    return Block('latest_value', (concept,), given_options | options(draw, within=WINDOWS))


def draw_latest_is(draw, concepts):
    arguments = named(draw, concepts, 'status'), pick(draw, STATUSES)
    return Block('latest_is', arguments, options(draw, within=WINDOWS))


def draw_order(name: str) -> Callable:
    def draw_block(draw, concepts):
        arguments = draw(st.permutations(concepts))[:2]
        return Block(name, tuple(arguments), options(draw, within=WINDOWS))

    return draw_block


def draw_in_cohort(draw, concepts):
    return Block('in_cohort', (COHORT,))


SIMPLE = {
    'aged': draw_aged,
    'sex_is': draw_sex_is,
    'ethnic_group_is': draw_ethnic_group_is,
    'deprivation_quintile_is': draw_deprivation_quintile_is,
    'in_core20': draw_in_core20,
    'lives_rurally': draw_lives_rurally,
    'has_condition': draw_has_condition,
    'recorded': draw_recorded,
    'first_recorded': draw_first_recorded,
    'vaccinated': draw_vaccinated,
    'prescribed': draw_prescribed,
    'latest_value': draw_latest_value,
    'latest_is': draw_latest_is,
    'after': draw_order('after'),
    'before': draw_order('before'),
    'in_cohort': draw_in_cohort,
}
# Those with the most rules are drawn more often, and patient attributes less.
OFTEN = [
    'has_condition', 'has_condition', 'latest_value', 'latest_value', 'latest_is', 'recorded', 'first_recorded',
    'vaccinated', 'after', 'before',
]  # fmt: skip
NESTING = ['all_of', 'any_of', 'none_of', 'at_least_n_of']


def draw_block(draw, concepts: list[str], depth: int = 2) -> Block:
    # One in three is nested, one in nine twice.
    if depth and pick(draw, range(3)) == 2:
        name = pick(draw, NESTING)
        inner = tuple(draw_block(draw, concepts, depth - 1) for _ in range(pick(draw, range(2, 4))))
        number = (pick(draw, range(1, len(inner) + 1)),) if name == 'at_least_n_of' else ()
        return Block(name, number + inner)
    return SIMPLE[pick(draw, [*SIMPLE, *OFTEN, *OFTEN])](draw, concepts)


def with_inner(block: Block) -> list[Block]:
    """The block and those nested in it, at any depth."""
    return [block, *(found for a in block.arguments if isinstance(a, Block) for found in with_inner(a))]


# -- What is drawn: records, around the edges of those searches ------------------------------------


def around(day: date) -> list[date]:
    return [day, day + ONE_DAY, day - ONE_DAY]


def edges(as_of_date: date, blocks: list[Block], concepts: list[str]) -> list[date]:
    """The days on which the searches change their minds, and some on which they do not."""
    days = [*around(as_of_date), as_of_date + ONE_DAY, shift(as_of_date, '2 years', 1), date(2005, 1, 1), *LEAP_DAYS]
    for block in blocks:
        if 'within' in block.options:
            days += 3 * around(shift(as_of_date, block.options['within'], -1))
        for name in ('on_or_after', 'before'):
            if name in block.options:
                days += around(date.fromisoformat(block.options[name]))
    for concept in concepts:
        if CONCEPTS[concept].counts_from > date.min:
            days += around(CONCEPTS[concept].counts_from)
    return days


def beside(day: date, blocks: list[Block]) -> list[date]:
    """The days that lie on the edge of a window that begins or ends on this day."""
    spans = [b.options['within'] for b in blocks if b.name in ('after', 'before') and 'within' in b.options]
    return [*around(day), *(edge for span in spans for sign in (1, -1) for edge in around(shift(day, span, sign)))]


def sources(name: str) -> list[tuple[str, list[str]]]:
    """Where the events of a concept come from: a staging table, and codes to choose from."""
    concept = CONCEPTS[name]
    found = [(table, list(codelist(codes))) for table, lists in concept.codelists.items() for codes in lists]
    return found + ([('condition', list(codelist(concept.resolved)))] if concept.resolved else [])


def stray_sources(concepts: list[str]) -> list[tuple[str, list[str]]]:
    """The same codes in another table, and a code that is in no codelist."""
    own = [source for name in concepts for source in sources(name)]
    elsewhere = [('observation' if table == 'condition' else 'condition', codes) for table, codes in own]
    no_list = [(table, ['99999999999999999']) for table in ('condition', 'observation', 'vaccination', 'medication')]
    return own + elsewhere + no_list


def usual_values(blocks: list[Block], concepts: list[str]) -> list[float | None]:
    plausible = [number for name in concepts for number in CONCEPTS[name].plausible or ()]
    bounds = [
        value for block in blocks if block.name == 'latest_value'
        for name, value in block.options.items() if name != 'within'
    ]
    return [None, *(round(number + step, 1) for number in [*plausible, *bounds * 3] for step in (0.0, -0.1, 0.1))]


AGES = [40, 0, 10, 11, 16, 17, 18, 19, 39, 41, 74, 75, 76, 101]
SEXES = ['female', 'male', 'indeterminate', 'unknown']
ETHNIC_GROUPS = ['White', 'Mixed', 'Asian', 'Black', 'Other', 'unknown']
DECILES = [None, *range(1, 11)]
AGES_AT_EVENT = [40, 40, 40, 18, 17, 11, 10]


@st.composite
def examples(draw) -> Example:
    as_of_date = pick(draw, [AS_OF_DATE, AS_OF_DATE, AS_OF_DATE, date(2024, 2, 29), date(2026, 2, 28)])
    # Few concepts, so that the events of a patient meet.
    concepts = draw(st.lists(st.sampled_from(list(CONCEPTS)), min_size=2, max_size=3, unique=True))
    searches = []
    for _ in range(pick(draw, range(2, 5))):
        searches.append(tuple(draw_block(draw, concepts) for _ in range(pick(draw, [1, 1, 2]))))
    blocks = [found for search in searches for block in search for found in with_inner(block)]
    named_in_a_block = {a for block in blocks for a in block.arguments if isinstance(a, str)}
    used = sorted(named_in_a_block & CONCEPTS.keys()) or concepts

    calendar = edges(as_of_date, blocks, used)
    strays, numbers = stray_sources(used), usual_values(blocks, used)
    records, registered = [], set()
    for number in range(pick(draw, range(6, 12))):
        patient = Patient(
            f'p{number}', *pick_each(draw, AGES, SEXES, ETHNIC_GROUPS, DECILES, ['rural', 'urban', 'unknown'])
        )
        # A patient has events of few concepts on few days, so that they meet.
        first = pick(draw, calendar)
        near = [*calendar, *beside(first, blocks)]
        days = [first, *(pick(draw, near) for _ in range(pick(draw, range(4))))]
        own_codes = sources(pick(draw, used)) + sources(pick(draw, used)) + [pick(draw, strays)]
        events = []
        for _ in range(pick(draw, [0, 2, 4, 6, 8, 10])):
            table, codes_of_table = pick(draw, own_codes)
            day, code, age, value, order = pick_each(draw, days, codes_of_table, AGES_AT_EVENT, numbers, range(10))
            events.append(
                Event(
                    table=table,
                    # Ids are in no order, and are not those of another event.
                    event_id=f'e{order}{number}{len(events):02}',
                    event_date=day,
                    snomed_code=code,
                    age_at_event=age,
                    value=value if table == 'observation' else None,
                )
            )
        in_cohort, is_registered = pick_each(draw, [False, True], [True] * 7 + [False])
        records.append(Record(patient, tuple(events), frozenset([COHORT] if in_cohort else []), as_of_date))
        if is_registered:
            registered.add(patient.patient_id)
    return Example(as_of_date, tuple(records), frozenset(registered), tuple(searches))


# -- The SQL's answer ------------------------------------------------------------------------------


def literal(value) -> str:
    return 'null' if value is None else f"'{value}'"


class Warehouse:
    """The project's SQL on tables in memory."""

    separator = '-- the next piece of SQL'

    def __init__(self, compile_jinja: Callable[..., tuple[bool, str]]) -> None:
        self.compile_jinja = compile_jinja
        self.connection = duckdb.connect(config={'threads': 1})
        self.connection.execute("attach ':memory:' as phm")
        self.connection.execute('use phm')
        for schema in ('staging', 'population', 'codelists', 'concepts', 'cohorts'):
            self.connection.execute(f'create schema {schema}')
        for table, columns in TABLES.items():
            self.connection.execute(f'create table {table} ({columns})')
        for path in sorted((PROJECT / 'seeds' / 'codelists').glob('*.csv')):
            self.connection.execute(
                f"create table codelists.{path.stem} as from read_csv('{path}', header = true, all_varchar = true)"
            )
        self.connection.execute('alter table codelists.codelist_bmi_category alter implied_value type double')
        self.concepts_of: dict[date, dict[str, str]] = {}
        self.compiled: dict[tuple[date, str], str] = {}
        self.answers: dict[tuple, list[set[str]]] = {}
        self.examples: list[Example] = []

    def compile(self, pieces: list[str], as_of_date: date) -> list[str]:
        with redirect_stdout(StringIO()):  # dbt shows what it compiles.
            ok, sql = self.compile_jinja(f'\n{self.separator}\n'.join(pieces), as_of_date=str(as_of_date))
        assert ok, sql + '\n' + '\n'.join(pieces)
        return sql.split(self.separator)

    def searches(self, texts: list[str], as_of_date: date) -> list[str]:
        """The SQL of each search; those not compiled yet are, in one go."""
        wanted = [text for text in dict.fromkeys(texts) if (as_of_date, text) not in self.compiled]
        if wanted:
            for text, sql in zip(wanted, self.compile(wanted, as_of_date), strict=True):
                self.compiled[as_of_date, text] = sql
        return [self.compiled[as_of_date, text] for text in texts]

    def prepare(self, examples: list[Example]) -> None:
        """Compile many examples' searches together: most of a call to dbt is the same for one or for fifty."""
        self.examples = examples
        texts: dict[date, list[str]] = {}
        for example in examples:
            texts.setdefault(example.as_of_date, []).extend(jinja(search) for search in example.searches)
        for as_of_date, of_date in texts.items():
            for start in range(0, len(of_date), 50):
                # One that does not compile is shown with its example.
                with suppress(AssertionError):
                    self.searches(of_date[start : start + 50], as_of_date)

    def concepts(self, as_of_date: date) -> dict[str, str]:
        """The SQL of every concept model, by name."""
        if as_of_date not in self.concepts_of:
            paths = sorted((PROJECT / 'models' / 'concepts').rglob('*.sql'))
            compiled = self.compile([path.read_text(encoding='utf-8') for path in paths], as_of_date)
            self.concepts_of[as_of_date] = dict(zip((path.stem for path in paths), compiled, strict=True))
        return self.concepts_of[as_of_date]

    def fill(self, example: Example) -> None:
        rows: dict[str, list[tuple]] = {table: [] for table in TABLES}
        for record in example.records:
            patient = record.patient
            for e in record.events:
                row = e.event_id, patient.patient_id, e.event_date, e.snomed_code, e.age_at_event
                rows[f'staging.stg_{e.table}'].append(row + (e.value, None) if e.table == 'observation' else row)
            if patient.patient_id in example.registered:
                decile = patient.imd_decile
                quintile, is_core20 = (None, None) if decile is None else ((decile + 1) // 2, decile <= 2)
                rows['population.registered_patient'].append((
                    patient.patient_id, example.as_of_date, patient.age, None, patient.sex, None,
                    patient.ethnic_group, None, decile, quintile, is_core20, patient.rural_urban, 'A', 'U', 'North',
                ))  # fmt: skip
            for cohort in record.cohorts:
                rows[f'cohorts.{cohort}'].append((patient.patient_id, example.as_of_date, 'Found'))
        for table, found in rows.items():
            self.connection.execute(f'truncate {table}')
            if found:
                # Literals: DuckDB takes ten times as long over parameters.
                literals = (', '.join(map(literal, row)) for row in found)
                self.connection.execute(f'insert into {table} values ({"), (".join(literals)})')

    def answer(self, example: Example) -> list[set[str]]:
        """The patients that each search finds; asked once, also when several oracles are compared."""
        texts = [jinja(search) for search in example.searches]
        key = example.as_of_date, example.records, example.registered, tuple(texts)
        if key not in self.answers:
            self.fill(example)
            searches = self.searches(texts, example.as_of_date)
            for name, sql in self.concepts(example.as_of_date).items():
                if any(f'"{name}"' in search for search in searches):
                    self.connection.execute(f'create or replace table concepts.{name} as {sql}')
            self.answers[key] = [self.members(*pair) for pair in zip(searches, example.searches, strict=True)]
        return self.answers[key]

    def members(self, sql: str, search: tuple[Block, ...]) -> set[str]:
        result = self.connection.execute(sql)
        columns = [column[0] for column in result.description]
        rows = [dict(zip(columns, row, strict=True)) for row in result.fetchall()]
        evidence = {f'evidence_{number}' for number, _ in enumerate(search, start=1)} | {'evidence'}
        assert evidence <= set(columns), f'{columns}\n{jinja(search)}'
        for row in rows:
            assert all(row[name] for name in evidence), f'A member without evidence: {row}\n{jinja(search)}'
        members = Counter(row['patient_id'] for row in rows)
        assert set(members.values()) <= {1}, f'More than one row a patient: {members}\n{jinja(search)}'
        return set(members)


# -- The comparison --------------------------------------------------------------------------------


Disagreement = tuple[tuple[Block, ...], Record]


def found_by_oracle(search: tuple[Block, ...], record: Record, example: Example) -> bool:
    return record.patient.patient_id in example.registered and search_oracle.meets_all(search, record)


def disagreements(example: Example, warehouse: Warehouse) -> Iterator[Disagreement]:
    """The searches and the records on which the SQL and the oracle do not agree."""
    for search, by_sql in zip(example.searches, warehouse.answer(example), strict=True):
        for record in example.records:
            if found_by_oracle(search, record, example) != (record.patient.patient_id in by_sql):
                yield search, record


def compare(example: Example, warehouse: Warehouse) -> None:
    for search, record in disagreements(example, warehouse):
        search, record = smallest(search, record, example, warehouse)
        finder = 'oracle' if found_by_oracle(search, record, example) else 'SQL'
        pytest.fail(
            f'Only the {finder} finds {record.patient.patient_id} as of {example.as_of_date}\n    {jinja(search)}'
            f'\n    {record.patient}\n    in {", ".join(record.cohorts) or "no cohort"}\n{events_as_text(record)}',
            pytrace=False,
        )


def smallest(search: tuple[Block, ...], record: Record, example: Example, warehouse: Warehouse) -> Disagreement:
    """Leaves out what the disagreement does not need. Hypothesis would take minutes: it asks dbt each time."""
    for smaller_search, smaller_record in one_less(search, record):
        smaller = replace(example, searches=(smaller_search,), records=(smaller_record,))
        if any(disagreements(smaller, warehouse)):
            return smallest(smaller_search, smaller_record, example, warehouse)
    return search, record


def one_less(search: tuple[Block, ...], record: Record) -> Iterator[Disagreement]:
    parts = search if len(search) > 1 else [block for block in search[0].arguments if isinstance(block, Block)]
    yield from (((block,), record) for block in parts)
    for position, _ in enumerate(record.events):
        yield search, replace(record, events=record.events[:position] + record.events[position + 1 :])


def try_examples(check: Callable[[Example], None]) -> None:
    """The same examples, in the same order, on every run and whatever is checked."""

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        backend='no variations',
        database=None,
        deadline=None,
        print_blob=False,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(examples())
    def every_search_finds_whom_the_oracle_finds(example):
        check(example)

    every_search_finds_whom_the_oracle_finds()


@pytest.fixture(scope='module')
def warehouse(compile_jinja):
    warehouse = Warehouse(compile_jinja)
    to_come: list[Example] = []
    try_examples(to_come.append)
    warehouse.prepare(to_come)
    return warehouse


def test_random_searches_find_whom_the_oracle_finds(warehouse):
    try_examples(lambda example: compare(example, warehouse))


# -- Would a mistake be found? ---------------------------------------------------------------------


def any_value(record, concept, within=None, **bounds):
    """Not the latest value: any."""
    return any(
        search_oracle.meets_bounds(value, **bounds)
        and search_oracle.in_window(event.event_date, record.as_of_date, within)
        for event, value in search_oracle.values(concept, record)
    )


def window_with_its_start(day, as_of_date, within=None, on_or_after=None, before=None):
    return IN_WINDOW(day, as_of_date, None, on_or_after, before) and (
        within is None or day >= shift(as_of_date, within, -1)
    )


def window_with_the_day_before_which(day, as_of_date, within=None, on_or_after=None, before=None):
    return IN_WINDOW(day, as_of_date, within, on_or_after) and (before is None or day <= date.fromisoformat(before))


def before_or_on_the_day(record, concept, anchor, within=None):
    return any(
        day <= first and (within is None or day >= shift(first, within, -1))
        for first in search_oracle.entry_days(anchor, record)[:1]
        for day in search_oracle.entry_days(concept, record)
    )


def thirty_days_a_month(day, span, sign):
    number, unit = span.split()
    return day + sign * timedelta(days=int(number) * {'days': 1, 'weeks': 7, 'months': 30, 'years': 365}[unit])


IN_WINDOW = search_oracle.in_window
MISTAKES = {
    'any value instead of the latest': ('BLOCKS', {**search_oracle.BLOCKS, 'latest_value': any_value}),
    'resolution ignored': ('resolved_days', lambda name, record: []),
    'window start included': ('in_window', window_with_its_start),
    'the higher event_id before the higher value': (
        'value_recency', lambda event, value: (event.event_date, event.event_id, value)
    ),
    'before includes its date': ('in_window', window_with_the_day_before_which),
    'before includes the day of the anchor': ('BLOCKS', {**search_oracle.BLOCKS, 'before': before_or_on_the_day}),
    'a month is thirty days': ('shift', thirty_days_a_month),
    'events after the as-of date count': ('counts', lambda event, as_of_date: True),
}  # fmt: skip


@pytest.mark.parametrize('mistake', MISTAKES)
def test_a_mistake_would_be_found(warehouse, monkeypatch, mistake):
    monkeypatch.setattr(search_oracle, *MISTAKES[mistake])
    assert any(any(disagreements(example, warehouse)) for example in warehouse.examples[:200])
