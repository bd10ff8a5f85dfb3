"""Random searches over random records, by the project's SQL and by the oracle.

An example is a handful of patients with their events and a few searches, or one concept. The concepts and
the searches are the project's own SQL, compiled once and run on tables made here; the oracle reads the
same rows in plain Python.
"""

from __future__ import annotations

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
import register_oracle
import search_oracle
from conftest import AS_OF_DATE, PROJECT
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.configuration import set_hypothesis_home_dir
from hypothesis.internal.conjecture.providers import AVAILABLE_PROVIDERS
from register_oracle import CONDITIONS, MEASUREMENTS, Event, codelist, shift
from search_oracle import CONCEPTS, LISTED, STATUSES, Block, Patient, Record

set_hypothesis_home_dir(PROJECT / 'target' / 'hypothesis')
# Hypothesis's own way of drawing, under another name: of a backend by the name of 'hypothesis' five
# examples in six are small variations of the one before, and few different searches are tried.
AVAILABLE_PROVIDERS['no variations'] = AVAILABLE_PROVIDERS['hypothesis']


COHORT = 'cohort_aged_75_or_over_never_covid_vaccinated'
LEAP_DAYS = [date(2020, 2, 29), date(2024, 2, 29)]
ONE_DAY = timedelta(days=1)

EVENT_COLUMNS = 'event_id varchar, patient_number integer, event_date date, code_number bigint, age_at_event integer'
TABLES = {
    'staging.stg_patient': (
        'patient_id varchar, date_of_birth date, ethnic_category varchar, registration_start_date date,'
        ' registration_end_date date, registration_type varchar'
    ),
    'staging.patient_number': 'patient_number integer, patient_id varchar, date_of_birth date, date_of_death date',
    'staging.stg_condition': EVENT_COLUMNS + ', episodicity varchar',
    'staging.stg_observation': EVENT_COLUMNS + ', value double, unit varchar',
    'staging.stg_vaccination': EVENT_COLUMNS,
    'staging.stg_medication': EVENT_COLUMNS,
    'population.registered_patient': (
        'patient_number integer, patient_id varchar, as_of_date date, date_of_birth date, age integer, age_band varchar, sex varchar, ethnic_category varchar,'
        ' ethnic_group varchar, lsoa_code varchar, imd_decile integer, imd_quintile integer, is_core20 boolean,'
        ' rural_urban varchar, practice_code varchar, pcn_code varchar, place varchar'
    ),
    f'cohorts.{COHORT}': 'patient_number integer, patient_id varchar, as_of_date date, evidence varchar',
}


# -- An example ------------------------------------------------------------------------------------


@dataclass(frozen=True, repr=False)
class Example:
    """Records, of which only the registered are in the population, and searches over them, or one concept."""

    as_of_date: date
    records: tuple[Record, ...]
    registered: frozenset[str] = frozenset()
    searches: tuple[tuple[Block, ...], ...] = ()
    concept: str | None = None

    def __repr__(self) -> str:
        return f'<{self.concept or len(self.searches)} over {len(self.records)} patients>'


def jinja(search: tuple[Block, ...]) -> str:
    criteria = ', '.join(f"('{number}', {block})" for number, block in enumerate(search, start=1))
    return '{{ cohort_search([' + criteria + ']) }}'


def events_as_text(record: Record) -> str:
    lines = [
        f'    {e.event_date} {e.table} {e.event_id}: {e.snomed_code}, value {e.value} {e.unit}, {e.episodicity},'
        f' at age {e.age_at_event}'
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
NUMBERS = {
    'bmi': [10, 18.5, 20, 25, 30, 40.1, 150],
    'blood_pressure': [90, 125, 135, 140],
    'hba1c': [20, 42, 48, 53, 58.5, 195],
    'systolic_blood_pressure': [40, 90, 120.5, 140, 350],
}


@cache
def index(size: int) -> st.SearchStrategy[int]:
    return st.integers(0, size - 1)


def pick_each(draw, *lists) -> list:
    """One value of each list, in a single draw: draws are what takes Hypothesis its time.

    Beyond 2 ** 24 ways it would prefer the first ones.
    """
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
    of_kind = [name for name, kind in CONCEPTS.items() if kind in kinds]
    return pick(draw, [name for name in concepts if name in of_kind] or of_kind)


def draw_aged(draw, concepts):
    years = bounds(draw, [0, 11, 17, 18, 40, 75], 'at_least', 'at_most')
    return Block('aged', (), years | options(draw, on=WINDOW_DATES.map(str)))


def draw_sex_is(draw, concepts):
    return Block('sex_is', draw(some(['female', 'male', 'indeterminate'])))


def draw_ethnic_group_is(draw, concepts):
    return Block('ethnic_group_is', draw(some(['White', 'Mixed', 'Asian', 'Black', 'Other'])))


def draw_ethnicity_recorded(draw, concepts):
    return Block('ethnicity_recorded')


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


def draw_latest_blood_pressure(draw, concepts):
    given_options = bounds(draw, ['130/80', '140/90', '150/85'], 'at_least', 'above', 'at_most', 'below')
    return Block('latest_blood_pressure', (), given_options | options(draw, within=WINDOWS))


def draw_latest_is(draw, concepts):
    arguments = named(draw, concepts, 'status'), pick(draw, STATUSES)
    return Block('latest_is', arguments, options(draw, within=WINDOWS))


def draw_order(name: str) -> Callable:
    def draw_block(draw, concepts):
        arguments = draw(st.permutations(concepts))[:2]
        return Block(name, tuple(arguments), options(draw, within=WINDOWS, since=WINDOW_DATES.map(str)))

    return draw_block


def draw_in_cohort(draw, concepts):
    return Block('in_cohort', (COHORT,))


SIMPLE = {
    'aged': draw_aged,
    'sex_is': draw_sex_is,
    'ethnic_group_is': draw_ethnic_group_is,
    'ethnicity_recorded': draw_ethnicity_recorded,
    'deprivation_quintile_is': draw_deprivation_quintile_is,
    'in_core20': draw_in_core20,
    'lives_rurally': draw_lives_rurally,
    'has_condition': draw_has_condition,
    'recorded': draw_recorded,
    'first_recorded': draw_first_recorded,
    'vaccinated': draw_vaccinated,
    'prescribed': draw_prescribed,
    'latest_value': draw_latest_value,
    'latest_blood_pressure': draw_latest_blood_pressure,
    'latest_is': draw_latest_is,
    'after': draw_order('after'),
    'before': draw_order('before'),
    'in_cohort': draw_in_cohort,
}
# Those with the most rules are drawn more often, and patient attributes less.
OFTEN = [
    'has_condition', 'has_condition', 'has_condition', 'latest_value', 'latest_value', 'latest_blood_pressure',
    'latest_is', 'recorded', 'first_recorded', 'vaccinated', 'after', 'before',
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
        for name in ('on_or_after', 'before', 'since'):
            if name in block.options:
                days += around(date.fromisoformat(block.options[name]))
    for concept in concepts:
        rule = CONDITIONS.get(concept) or LISTED.get(concept)
        if rule and rule.counts_from > date.min:
            days += around(rule.counts_from)
        days += [edge for day in DAYS.get(concept, []) for edge in around(day)]
        for span in SPANS.get(concept, []):
            days += around(shift(as_of_date, span, -1))
    return days


def beside(day: date, blocks: list[Block], concepts: list[str]) -> list[date]:
    """The days that lie on the edge of a window that begins or ends on this day."""
    spans = [b.options['within'] for b in blocks if b.name in ('after', 'before') and 'within' in b.options]
    spans += ['93 days', '186 days'] * 3 if 'copd' in concepts else []
    return [*around(day), *(edge for span in spans for sign in (1, -1) for edge in around(shift(day, span, sign)))]


# How far back the rule of a condition looks, the days on which it changes, and what else it reads.
SPANS = {
    'asthma': ['12 months'],
    'copd': ['12 months'],
    'epilepsy': ['6 months'],
    'pregnancy': ['9 months'],
    'severe_mental_illness': ['6 months'],
}
DAYS = {
    'copd': [date(2023, 4, 1), *[date(2024, 1, 15), date(2025, 9, 15)] * 2],
    'osteoporosis': [date(2012, 4, 1), date(2014, 4, 1)],
}
FURTHER = {
    'bmi': [*[('observation', 'body_weight')] * 3, *[('observation', 'body_height')] * 4],
    'copd': [
        *[('observation', 'fev1_fvc_ratio')] * 3, ('condition', 'fev1_fvc_ratio_low'),
        ('condition', 'spirometry_unsuitable'),
    ],
    'non_diabetic_hyperglycaemia': [('condition', 'diabetes'), ('condition', 'diabetes_resolved')],
    'osteoporosis': [
        *[('condition', 'fragility_fracture')] * 2, ('condition', 'dxa_scan'), ('observation', 'dxa_t_score'),
    ],
}  # fmt: skip


def sources(name: str) -> list[tuple[str, str]]:
    """Where the events of a concept come from: a staging table, and a codelist that is not empty."""
    if name == 'obesity':
        return sources('bmi')
    if rule := CONDITIONS.get(name):
        medicines = [codes for given in (rule.or_medicine, rule.and_medicine) if given for codes in given[0]]
        found = [('condition', codes) for codes in rule.diagnosis + rule.resolved]
        found += [('medication', codes) for codes in medicines]
    elif name == 'blood_pressure':
        found = [('observation', f'{home}{part}_blood_pressure') for home in HOME for part in PARTS]
    elif rule := MEASUREMENTS.get(name):
        found = [('observation', codes) for codes in rule.codelists]
        found += [(table, codes) for codes in rule.categories for table in ('observation', 'condition')]
    else:
        found = [(LISTED[name].table, LISTED[name].codelist)]
    found += FURTHER.get(name, [])
    return [(table, codes) for table, codes in found if codelist(codes)]


def stray_sources(concepts: list[str]) -> list[tuple[str, str | None]]:
    """The same codes in another table, and a code that is in no codelist."""
    own = [source for name in concepts for source in sources(name)]
    elsewhere = [('observation' if table == 'condition' else 'condition', codes) for table, codes in own]
    return own + elsewhere + [(table, None) for table in ('condition', 'observation', 'vaccination', 'medication')]


HOME, PARTS = ('', 'home_'), ('systolic', 'diastolic')
BLOOD_PRESSURE_ENDS = {'systolic': [40.0, 39.0, 350.0, 351.0], 'diastolic': [20.0, 19.0, 200.0, 201.0]}
# The values that a codelist is recorded with, where they are not those around a search's bounds.
VALUES = {
    'body_height': [160.0, 180.0, 49.9, 50.0, 250.0, 250.1, None],
    'body_weight': [76.8, 80.0, 97.2, 9.9, 10.0, 500.0, 500.1, None],
    'dxa_t_score': [-2.5, -2.6, -2.4, None],
    'fev1_fvc_ratio': [0.69, 69.9, 0.7, 70.0, 0.1, 0.09, 10.0, 9.9, None],
    'hba1c': [53.0, 7.0, 6.5, 20.0, 19.9, 42.0, 48.0, 47.9, 6.0, 195.0, 195.1, None],
}
for part, readings in {'systolic': [140, 130, 150], 'diastolic': [90, 80, 85]}.items():
    near = [float(reading + step) for reading in readings for step in (0, -1, 1)]
    VALUES[f'{part}_blood_pressure'] = [*near, *BLOOD_PRESSURE_ENDS[part]]
    VALUES[f'home_{part}_blood_pressure'] = [*(value - 5 for value in near), *BLOOD_PRESSURE_ENDS[part]]


def usual_values(blocks: list[Block], concepts: list[str]) -> list[float | None]:
    plausible = [number for name in concepts if name in MEASUREMENTS for number in MEASUREMENTS[name].plausible]
    plausible += [27.5, 30] if 'obesity' in concepts else []
    bounds = [
        value for block in blocks if block.name == 'latest_value'
        for name, value in block.options.items() if name != 'within'
    ]
    return [None, *(round(number + step, 1) for number in [*plausible, *bounds * 3] for step in (0.0, -0.1, 0.1))]


def draw_event(draw, number: int, source: tuple[str, str | None], days: list[date], usual: list[float | None]) -> Event:
    table, name = source
    codes = list(codelist(name)) if name else ['99999999999999999']
    day, code, age, order = pick_each(draw, days, codes, AGES_AT_EVENT, range(10))
    place, unit, episodicity = pick_each(draw, range(240), UNITS, EPISODICITIES)
    # The values of the list, and sometimes those around the bounds of the searches.
    values = VALUES.get(name, usual) if place % 4 else usual
    return Event(
        table=table,
        # Ids are in no order, and are not those of another event.
        event_id=f'e{order}{number}',
        event_date=day,
        snomed_code=code,
        age_at_event=age,
        value=values[place // 4 % len(values)] if table == 'observation' else None,
        unit=unit if table == 'observation' else None,
        episodicity=episodicity if table == 'condition' else None,
    )


AGES = [40, 0, 5, 6, 10, 11, 12, 16, 17, 18, 19, 39, 41, 49, 50, 55, 56, 74, 75, 76, 101]
SEXES = ['female', 'male', 'indeterminate', 'unknown']
ETHNIC_GROUPS = ['White', 'Mixed', 'Asian', 'Black', 'Other', 'unknown']
DECILES = [None, *range(1, 11)]
ETHNIC_CATEGORIES = ['A', 'G', 'H', 'P', 'Z', None]
AGES_AT_EVENT = [40, 40, 40, 18, 17, 16, 15, 11, 10]
UNITS = [None, None, '%', 'mmol/mol', 'MMOL/MOL', 'kg/m2']
EPISODICITIES = [None, None, None, 'First', 'New', 'Review', 'ended', 'Flare-Up', 'evolved']
AS_OF_DATES = [AS_OF_DATE, AS_OF_DATE, AS_OF_DATE, date(2024, 2, 29), date(2026, 2, 28)]


def draw_record(draw, number: int, as_of_date: date, blocks: list[Block], concepts: list[str]) -> Record:
    calendar = edges(as_of_date, blocks, concepts)
    birthdays = [as_of_date, *(date.fromisoformat(block.options['on']) for block in blocks if 'on' in block.options)]
    patient = Patient(
        f'p{number}',
        *pick_each(draw, SEXES, ETHNIC_CATEGORIES, ETHNIC_GROUPS, DECILES, ['rural', 'urban', 'unknown']),
    )
    ages_of_rules = [age for name in concepts if name in CONDITIONS for age in CONDITIONS[name].ages if 0 < age < 150]
    birthday, age, days_off = pick_each(draw, birthdays, AGES + 5 * ages_of_rules, [0, 0, 1, -1, 100])
    # A patient has events of few concepts on few days, so that they meet.
    first = pick(draw, calendar)
    near = [*calendar, *beside(first, blocks, concepts)]
    days = [first, *(pick(draw, near) for _ in range(pick(draw, range(4))))]
    own = sources(pick(draw, concepts)) + sources(pick(draw, concepts)) + [pick(draw, stray_sources(concepts))]
    usual = usual_values(blocks, concepts)
    start, end, in_cohort = pick_each(draw, near, [None, None, *around(as_of_date)], [False, True])
    events = []
    for place in range(pick(draw, [0, 2, 4, 6, 8, 10])):
        source = pick(draw, own)
        events.append(draw_event(draw, f'{number}{place:02}', source, days, usual))
        if 'systolic' in str(source[1]) and events[-1].event_date != first:
            # The other part, of the same reading.
            source = source[0], source[1].replace('systolic', 'diastolic')
            events.append(draw_event(draw, f'{number}{place:02}d', source, [events[-1].event_date], usual))
    return Record(
        as_of_date=as_of_date,
        date_of_birth=min(as_of_date, shift(birthday, f'{age} years', -1) + days_off * ONE_DAY),
        events=tuple(events),
        ethnic_categories=frozenset([patient.ethnic_category]),
        registrations=((start, end),),
        patient=patient,
        cohorts=frozenset([COHORT] if in_cohort else []),
    )


@st.composite
def examples(draw) -> Example:
    as_of_date = pick(draw, AS_OF_DATES)
    # Few concepts, so that the events of a patient meet.
    concepts = draw(st.lists(st.sampled_from(list(CONCEPTS)), min_size=2, max_size=3, unique=True))
    searches = []
    for _ in range(pick(draw, range(2, 5))):
        searches.append(tuple(draw_block(draw, concepts) for _ in range(pick(draw, [1, 1, 2]))))
    blocks = [found for search in searches for block in search for found in with_inner(block)]
    used = {a for block in blocks for a in block.arguments if isinstance(a, str)} & CONCEPTS.keys()
    if any(block.name == 'latest_blood_pressure' for block in blocks):
        used.add('blood_pressure')
    used = sorted(used) or concepts
    records = tuple(draw_record(draw, n, as_of_date, blocks, used) for n in range(pick(draw, range(6, 12))))
    registered = frozenset(record.patient.patient_id for record in records if pick(draw, [True] * 7 + [False]))
    return Example(as_of_date, records, registered, tuple(searches))


# The concepts that search_oracle.says() knows.
SAYING = sorted([*CONDITIONS, 'obesity', 'blood_pressure', *MEASUREMENTS])


@st.composite
def histories(draw, concept: str) -> Example:
    """Records of which one concept says something."""
    as_of_date = pick(draw, AS_OF_DATES)
    records = tuple(draw_record(draw, number, as_of_date, [], [concept]) for number in range(20))
    return Example(as_of_date, records, concept=concept)


# -- The SQL's answer ------------------------------------------------------------------------------


def number_of(patient: Patient) -> int:
    return int(patient.patient_id.removeprefix('p'))


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
        for schema in ('staging', 'population', 'reference', 'codelists', 'concepts', 'cohorts'):
            self.connection.execute(f'create schema {schema}')
        for table, columns in TABLES.items():
            self.connection.execute(f'create table {table} ({columns})')
        for path in sorted((PROJECT / 'seeds').rglob('*.csv')):
            self.connection.execute(
                f"create table {path.parent.name}.{path.stem} as from read_csv('{path}', header = true, all_varchar = true)"
            )
        self.connection.execute('alter table codelists.codelist_bmi_category alter implied_value type double')
        self.connection.execute('alter table reference.ref_ethnic_category alter has_lower_bmi_threshold type boolean')
        self.concepts_of: dict[date, dict[str, str]] = {}
        self.compiled: dict[tuple[date, str], str] = {}
        self.answers: dict[tuple, list[set[str]] | dict[str, tuple]] = {}
        self.examples: list[Example] = []
        self.histories: list[Example] = []

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
                row = e.event_id, number_of(patient), e.event_date, e.snomed_code, e.age_at_event
                further = {'observation': (e.value, e.unit), 'condition': (e.episodicity,)}
                rows[f'staging.stg_{e.table}'].append(row + further.get(e.table, ()))
            rows['staging.patient_number'].append((number_of(patient), patient.patient_id, record.date_of_birth, None))
            for start, end in record.registrations:
                row = patient.patient_id, record.date_of_birth, patient.ethnic_category, start, end, None
                rows['staging.stg_patient'].append(row)
            if patient.patient_id in example.registered:
                decile = patient.imd_decile
                quintile, is_core20 = (None, None) if decile is None else ((decile + 1) // 2, decile <= 2)
                rows['population.registered_patient'].append((
                    number_of(patient), patient.patient_id, example.as_of_date, record.date_of_birth, register_oracle.age_of(record), None,
                    patient.sex, patient.ethnic_category, patient.ethnic_group, None, decile, quintile, is_core20, patient.rural_urban, 'A', 'U', 'North',
                ))  # fmt: skip
            for cohort in record.cohorts:
                rows[f'cohorts.{cohort}'].append((number_of(patient), patient.patient_id, example.as_of_date, 'Found'))
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

    def says(self, example: Example) -> dict[str, tuple]:
        """What the example's concept says of each patient, as search_oracle.says()."""
        key = example.as_of_date, example.records, example.concept
        if key not in self.answers:
            self.fill(example)
            name, columns = f'condition_{example.concept}', 'coalesce(active_dates, [])'
            if name not in self.concepts(example.as_of_date):
                name = f'observation_{example.concept}'
                diastolic = 'latest_diastolic' if example.concept == 'blood_pressure' else 'null'
                columns = f"""
                    case when latest_value is not null then (latest_value, {diastolic}, latest_value_date) end
                """
            sql = self.concepts(example.as_of_date)[name]
            rows = self.connection.execute(f'select patient_number, event_dates, {columns} from ({sql})').fetchall()
            assert len({row[0] for row in rows}) == len(rows), f'More than one row a patient: {rows}'
            self.answers[key] = {f'p{number}': rest for number, *rest in rows}
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
    """The searches, or none of the concept, and the records on which the SQL and the oracle do not agree."""
    if example.concept:
        by_sql = warehouse.says(example)
        for record in example.records:
            expected = search_oracle.says(example.concept, record)
            if by_sql.get(record.patient.patient_id) != (expected and list(expected)):
                yield (), record
        return
    for search, by_sql in zip(example.searches, warehouse.answer(example), strict=True):
        for record in example.records:
            if found_by_oracle(search, record, example) != (record.patient.patient_id in by_sql):
                yield search, record


def described(record: Record) -> str:
    return (
        f'{record.patient}, born {record.date_of_birth}, registered {record.registrations}\n'
        f'    in {", ".join(record.cohorts) or "no cohort"}\n{events_as_text(record)}'
    )


def compare(example: Example, warehouse: Warehouse) -> None:
    for search, record in disagreements(example, warehouse):
        search, record = smallest(search, record, example, warehouse)
        if example.concept:
            by_sql = warehouse.says(replace(example, records=(record,))).get(record.patient.patient_id)
            found = f'{example.concept}: SQL says {by_sql}, the oracle {search_oracle.says(example.concept, record)}'
        else:
            finder = 'oracle' if found_by_oracle(search, record, example) else 'SQL'
            found = f'Only the {finder} finds {record.patient.patient_id}: {jinja(search)}'
        pytest.fail(f'As of {example.as_of_date}\n    {found}\n    {described(record)}', pytrace=False)


def smallest(search: tuple[Block, ...], record: Record, example: Example, warehouse: Warehouse) -> Disagreement:
    """Leaves out what the disagreement does not need. Hypothesis would take minutes: it asks dbt each time."""
    for smaller_search, smaller_record in one_less(search, record):
        searches = (smaller_search,) if smaller_search else ()
        smaller = replace(example, searches=searches, records=(smaller_record,))
        if any(disagreements(smaller, warehouse)):
            return smallest(smaller_search, smaller_record, example, warehouse)
    return search, record


def one_less(search: tuple[Block, ...], record: Record) -> Iterator[Disagreement]:
    parts = search if len(search) != 1 else [block for block in search[0].arguments if isinstance(block, Block)]
    yield from (((block,), record) for block in parts)
    for position, _ in enumerate(record.events):
        yield search, replace(record, events=record.events[:position] + record.events[position + 1 :])


def try_examples(
    check: Callable[[Example], None], strategy: st.SearchStrategy[Example], number: int
) -> None:
    """The same examples, in the same order, on every run and whatever is checked."""

    @settings(
        max_examples=number,
        derandomize=True,
        backend='no variations',
        database=None,
        deadline=None,
        print_blob=False,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def every_example_is_as_the_oracle_says(example):
        check(example)

    every_example_is_as_the_oracle_says()


def warehouse_for(number: int, compile_jinja) -> Warehouse:
    """So many random searches, and records of each concept, ready to be asked."""
    warehouse = Warehouse(compile_jinja)
    to_come: list[Example] = []
    try_examples(to_come.append, examples(), number)
    warehouse.prepare(to_come)
    for concept in SAYING:
        # A BMI is known in three ways, which seldom meet on one day.
        try_examples(warehouse.histories.append, histories(concept), number // (4 if concept == 'bmi' else 20))
    return warehouse
