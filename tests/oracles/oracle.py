"""A second opinion on the six searches, in plain Python.

It reads the extract's files and recomputes who is registered and who each search returns,
straight from the contract and sharing nothing with the SQL; what a condition or a measurement is,
register_oracle.py says. Parquet is read through DuckDB as rows; everything else is the standard library.

    result = evaluate(load('extract'), as_of_date, extract_date)
    result.members['cohort_diabetes_core20_bmi_35_or_more']
"""

from __future__ import annotations

import csv
import math
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Callable, Iterable, NamedTuple
from zoneinfo import ZoneInfo

import duckdb
from register_oracle import Measured, Person, age_on, coded, codelist, everyone, holds, latest, shift

# --------------------------------------------------------------------------------------
# The extract: its tables, columns (in the contract's order) and how each is read
# --------------------------------------------------------------------------------------

EVENT = {'event_id': 'text', 'patient_id': 'text', 'event_date': 'date', 'snomed_code': 'text'}

COLUMNS: dict[str, dict[str, str]] = {
    'patient': {
        'patient_id': 'text',
        'date_of_birth': 'date',
        'sex': 'sex',
        'ethnic_category': 'ethnic',
        'lsoa_code': 'code',
        'practice_code': 'code',
        'registration_start_date': 'date',
        'registration_end_date': 'date',
        'registration_type': 'text',
        'date_of_death': 'date',
        'type_1_opt_out': 'boolean',
        'national_data_opt_out': 'boolean',
        'is_sensitive': 'boolean',
    },
    'condition': EVENT | {'episodicity': 'text'},
    'observation': EVENT | {'value': 'number', 'unit': 'text'},
    'vaccination': EVENT,
    'medication': EVENT,
    'practice': {
        'practice_code': 'code',
        'practice_name': 'text',
        'pcn_code': 'code',
        'pcn_name': 'text',
        'place': 'text',
    },
    'lsoa': {
        'lsoa_code': 'code',
        'imd_decile': 'number',
        'imd_rank': 'number',
        'rural_urban': 'text',
        'local_authority': 'text',
    },
}

# A file without one of these columns cannot be read at all.
REQUIRED_COLUMNS: dict[str, set[str]] = {
    'patient': {'patient_id', 'date_of_birth', 'sex', 'practice_code', 'registration_start_date'},
    'condition': set(EVENT),
    'observation': set(EVENT),
    'vaccination': set(EVENT),
    'medication': set(EVENT),
    'practice': {'practice_code', 'practice_name'},
    'lsoa': {'lsoa_code', 'imd_decile'},
}
# A row without one of these values is rejected. A patient of unknown sex is still a patient.
REQUIRED_VALUES = {table: names - {'sex'} for table, names in REQUIRED_COLUMNS.items()}

OPTIONAL_TABLES = {'medication'}
EVENT_TABLES = ('condition', 'observation', 'vaccination', 'medication')

RawRow = tuple  # one text (or None) per column of the contract, in its order


@dataclass(frozen=True)
class Extract:
    tables: dict[str, list[RawRow]]


def load(extract_dir: str | Path) -> Extract:
    return Extract({table: _read(Path(extract_dir), table) for table in COLUMNS})


def _read(folder: Path, table: str) -> list[RawRow]:
    parquet, text = folder / f'{table}.parquet', folder / f'{table}.csv'
    if parquet.exists():
        path = str(parquet).replace("'", "''")
        relation = duckdb.sql(f"select * from read_parquet('{path}')")
        return _contract_columns(table, relation.columns, relation.fetchall())
    if text.exists():
        with open(text, newline='', encoding='utf-8-sig') as file:
            header, *rows = csv.reader(file)
        return _contract_columns(table, header, [row for row in rows if row])
    if table in OPTIONAL_TABLES:
        return []
    raise FileNotFoundError(f'{folder} has neither {table}.parquet nor {table}.csv')


def _contract_columns(table: str, header: Iterable[str], rows: Iterable) -> list[RawRow]:
    position = {name.strip().lower(): i for i, name in enumerate(header)}
    if absent := REQUIRED_COLUMNS[table] - position.keys():
        raise ValueError(f'{table} has no column {", ".join(sorted(absent))}')
    # An optional column that is absent is past the end of every row, so it reads as null.
    wanted = [position.get(name, len(position)) for name in COLUMNS[table]]
    return [tuple(_text(row[i]) if i < len(row) else None for i in wanted) for row in rows]


def _text(value: object) -> str | None:
    """The value as a CSV would hold it, so that both formats are staged by the same rules."""
    if value is None:
        return None
    if isinstance(value, datetime):
        value = (value.astimezone(LONDON) if value.tzinfo else value).date()
    return str(value).strip(EDGE_MARKS) or None


# --------------------------------------------------------------------------------------
# Reading one value
# --------------------------------------------------------------------------------------

# White space and marks that nobody sees: at either end of a value they say nothing.
EDGE_MARKS = ''.join(map(chr, [
    *range(0x09, 0x0e), 0x20, 0x85, 0xa0, 0xad, 0x1680, 0x180e, *range(0x2000, 0x2010), 0x2028, 0x2029, 0x202f, 0x205f, 0x2060,
    0x3000, 0xfeff,
]))
BOOLEANS = dict.fromkeys(('true', 't', 'yes', 'y', '1'), True) | dict.fromkeys(
    ('false', 'f', 'no', 'n', '0'), False
)
SEXES = (
    dict.fromkeys(('1', 'm', 'male', 'man', 'boy'), 'male')
    | dict.fromkeys(('2', 'f', 'female', 'woman', 'girl'), 'female')
    | dict.fromkeys(('9', 'i', 'indeterminate'), 'indeterminate')
)  # 0, X and all else: unknown
ETHNIC_CATEGORIES = set('ABCDEFGHJKLMNPRSZ')  # 16+1: the letters I, O and Q are not used
NUMBER = re.compile(r'[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?|[+-]?(nan|inf|infinity)', re.I)
MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.lower().split()
DATES = [re.compile(pattern, re.I) for pattern in (
    r'(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})',
    r'(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})',
    r'(?P<day>[0-9]{1,2})/(?P<month>[0-9]{1,2})/(?P<year>[0-9]{4})',  # British: the day first
    rf'(?P<day>[0-9]{{1,2}})(?P<between>[ -]|)(?P<month>{"|".join(MONTHS)})(?P=between)(?P<year>[0-9]{{4}})',
)]
ZONED = re.compile(r'[0-9-]{10}[ T][0-9:.]+ ?(Z|[+-][0-9]{2}(:?[0-9]{2})?)')
LONDON = ZoneInfo('Europe/London')


@cache
def parse_date(text: str) -> date:
    if ZONED.fullmatch(text):
        return datetime.fromisoformat(text.replace(' +', '+')).astimezone(LONDON).date()
    text = re.sub('[ T:][0-9]{1,2}:.*', '', text)
    for pattern in DATES:
        if found := pattern.fullmatch(text):
            month = found['month'].lower()
            number = MONTHS.index(month) + 1 if month in MONTHS else int(month)
            return date(int(found['year']), number, int(found['day']))
    raise ValueError(text)


@cache
def is_snomed_identifier(text: str) -> bool:
    """A concept's identifier: 6 to 18 digits, 00 or 10 before the last, which is Verhoeff's check digit.

    Digits are combined as symmetries of a pentagon: 0 to 4 turn it, 5 to 9 turn it and mirror it.
    """
    if not re.fullmatch(r'[1-9][0-9]{2,14}[01]0[0-9]', text):
        return False

    def combined(one: int, other: int) -> int:
        turn = one - other if one >= 5 else one + other
        return turn % 5 + 5 * ((one >= 5) != (other >= 5))

    total, moved = 0, list(range(10))
    for digit in reversed(text):
        total = combined(total, moved[int(digit)])
        moved = [moved[(1, 5, 7, 6, 2, 8, 3, 0, 9, 4)[place]] for place in range(10)]
    return total == 0


def parse_number(text: str) -> float:
    if not NUMBER.fullmatch(text):
        raise ValueError(text)
    return float(text)


def parse(kind: str, text: str | None) -> object:
    """The standardised value. ValueError: unparseable."""
    if kind == 'sex':
        return SEXES.get((text or '').lower(), 'unknown')
    if kind == 'boolean':
        if text is None:
            return False
        if text.lower() not in BOOLEANS:
            raise ValueError(text)
        return BOOLEANS[text.lower()]
    if text is None or kind == 'text':
        return text
    if kind == 'date':
        return parse_date(text)
    if kind == 'number':
        return parse_number(text)
    if kind == 'ethnic':
        return text.upper() if text.upper() in ETHNIC_CATEGORIES else None
    assert kind == 'code', kind
    return text.upper()


# --------------------------------------------------------------------------------------
# Staging: every row is accepted, or rejected for the first reason that applies
# --------------------------------------------------------------------------------------

class Patient(NamedTuple):  # one row: a registration
    patient_id: str
    date_of_birth: date
    sex: str
    ethnic_category: str | None
    lsoa_code: str | None
    practice_code: str
    registration_start_date: date
    registration_end_date: date | None
    registration_type: str | None
    date_of_death: date | None
    type_1_opt_out: bool
    national_data_opt_out: bool
    is_sensitive: bool


class Event(NamedTuple):
    event_id: str
    patient_id: str
    event_date: date
    snomed_code: str
    episodicity: str | None = None  # conditions only
    value: float | None = None  # observations only
    unit: str | None = None


class Practice(NamedTuple):
    practice_code: str
    practice_name: str
    pcn_code: str | None
    pcn_name: str | None
    place: str | None


class Lsoa(NamedTuple):
    lsoa_code: str
    imd_decile: float
    imd_rank: float | None
    rural_urban: str | None
    local_authority: str | None


ROW_TYPES = {'patient': Patient, 'practice': Practice, 'lsoa': Lsoa} | dict.fromkeys(EVENT_TABLES, Event)


@dataclass
class Staged:
    accepted: list
    reasons: Counter


def nulls_last(*values: object) -> tuple:
    return tuple((value is None, value) for value in values)


def stage(
    extract: Extract,
    table: str,
    check: Callable[[NamedTuple], str | None],
    key: tuple[str, ...],
    keep_least_by: tuple[str, ...],
    prefer: Callable[[NamedTuple], tuple] = lambda row: (),
) -> Staged:
    """Accept one row per key, the least. `check` gives the reasons that need the parsed row."""
    reasons: Counter = Counter()
    kept: dict[tuple, list] = {}  # key -> (how it sorts, row) of each
    for raw in extract.tables[table]:
        reason, row = _parse_row(table, raw)
        reason = reason or check(row)
        if reason:
            reasons[reason] += 1
            continue
        row_key = tuple(getattr(row, name) for name in key)
        rank = prefer(row), nulls_last(*(getattr(row, name) for name in keep_least_by))
        kept.setdefault(row_key, []).append((rank, row))
    accepted = []
    for rows in kept.values():
        rows.sort(key=lambda ranked: ranked[0])
        accepted.append(rows[0][1])
        for _, row in rows[1:]:
            kind = 'conflicting' if key[0] == 'event_id' and row != rows[0][1] else 'duplicate'
            reasons[f'{kind} {key[0]}'] += 1
    return Staged(accepted, reasons)


def _parse_row(table: str, raw: RawRow) -> tuple[str | None, NamedTuple | None]:
    # Every missing column comes before any unparseable one. In every table the contract's
    # order has dates first, then numbers, then booleans.
    for name, text in zip(COLUMNS[table], raw):
        if text is None and name in REQUIRED_VALUES[table]:
            return f'missing {name}', None
    values = []
    for (name, kind), text in zip(COLUMNS[table].items(), raw):
        try:
            values.append(parse(kind, text))
        except ValueError:
            return f'unparseable {name}', None
    return None, ROW_TYPES[table](**dict(zip(COLUMNS[table], values)))


class Life(NamedTuple):
    """A patient's dates, whichever of their rows they come from."""

    born: date
    died: date | None


def stage_all(extract: Extract, extract_date: date) -> tuple[dict[str, Staged], dict[str, Life]]:
    staged = {}

    staged['practice'] = stage(
        extract, 'practice',
        check=lambda row: None,
        key=('practice_code',),
        keep_least_by=('practice_name', 'pcn_code', 'pcn_name', 'place'),
    )

    def check_lsoa(row: Lsoa) -> str | None:
        return None if row.imd_decile in range(1, 11) else 'implausible value'

    staged['lsoa'] = stage(
        extract, 'lsoa',
        check=check_lsoa,
        key=('lsoa_code',),
        keep_least_by=('imd_decile', 'imd_rank', 'rural_urban', 'local_authority'),
    )

    practices = {row.practice_code for row in staged['practice'].accepted}
    earliest_birth = shift(extract_date, '120 years', -1)

    def check_patient(row: Patient) -> str | None:
        if row.practice_code not in practices:
            return 'unknown practice'
        # A registration may well be due to end after the extract; nothing else may.
        dates = (row.date_of_birth, row.registration_start_date, row.date_of_death)
        if any(day is not None and day > extract_date for day in dates):
            return 'in the future'
        if row.date_of_death and row.date_of_death < row.date_of_birth:
            return 'before birth'
        if row.date_of_birth < earliest_birth:
            return 'implausible value'
        return None

    staged['patient'] = stage(
        extract, 'patient',
        check=check_patient,
        key=('patient_id', 'practice_code', 'registration_start_date'),
        prefer=lambda row: (
            row.date_of_death is None, not is_regular(row), row.registration_end_date is not None,
            -row.registration_end_date.toordinal() if row.registration_end_date else 0,
            not row.type_1_opt_out, not row.is_sensitive, not row.national_data_opt_out,
        ),
        keep_least_by=('date_of_death', 'date_of_birth', 'sex', 'ethnic_category', 'lsoa_code', 'registration_type'),
    )

    lives: dict[str, Life] = {}
    for patient_id, rows in by_patient(staged['patient'].accepted).items():
        deaths = [row.date_of_death for row in rows if row.date_of_death]
        lives[patient_id] = Life(min(row.date_of_birth for row in rows), min(deaths, default=None))

    def check_event(row: Event) -> str | None:
        if not is_snomed_identifier(row.snomed_code):
            return 'implausible snomed_code'
        life = lives.get(row.patient_id)
        if life is None:
            return 'unknown patient'
        if row.event_date > extract_date:
            return 'in the future'
        if row.event_date < life.born:
            return 'before birth'
        if life.died and row.event_date > shift(life.died, '1 year', 1):
            return 'after death'
        if row.value is not None and not math.isfinite(row.value):
            return 'implausible value'
        return None

    for table in EVENT_TABLES:
        staged[table] = stage(
            extract, table,
            check=check_event,
            key=('event_id', 'patient_id'),
            keep_least_by=('patient_id', 'event_date', 'snomed_code', 'episodicity', 'value', 'unit'),
        )
    return staged, lives


def by_patient(rows: Iterable) -> dict[str, list]:
    groups = defaultdict(list)
    for row in rows:
        groups[row.patient_id].append(row)
    return dict(groups)


# --------------------------------------------------------------------------------------
# Population: who is registered on the as-of date
# --------------------------------------------------------------------------------------

@dataclass(frozen=True)
class Registered:
    patient_id: str
    date_of_birth: date
    age: int
    sex: str
    ethnic_category: str | None  # None: unknown
    lsoa_code: str | None  # as recorded, in the lsoa table or not
    imd_decile: int | None  # None: unknown, or an LSOA that the lsoa table does not have
    is_core20: bool
    practice_code: str
    pcn_code: str | None
    place: str | None


def is_regular(row: Patient) -> bool:
    return (row.registration_type or 'regular').lower() in ('regular', 'r', 'gms', 'regular/gms')


def direct_care_only(extract: Extract) -> set[str]:
    """Whoever opts out, or is sensitive, in any row received; what cannot be read may be an opt-out."""
    columns = list(COLUMNS['patient'])
    flags = [columns.index('type_1_opt_out'), columns.index('is_sensitive')]
    return {
        row[0] for row in extract.tables['patient']
        if any(row[flag] is not None and BOOLEANS.get(row[flag].lower(), True) for flag in flags)
    }


def registered_patients(
    extract: Extract, staged: dict[str, Staged], as_of_date: date, purpose: str
) -> dict[str, Registered]:
    practices = {row.practice_code: row for row in staged['practice'].accepted}
    deciles = {row.lsoa_code: int(row.imd_decile) for row in staged['lsoa'].accepted}

    opted_out = direct_care_only(extract)
    registered = {}
    for patient_id, rows in by_patient(staged['patient'].accepted).items():
        # Death belongs to the person: any row says so for all of them.
        if any(row.date_of_death and row.date_of_death <= as_of_date for row in rows):
            continue
        if purpose != 'direct_care' and patient_id in opted_out:
            continue
        current = [
            row for row in rows
            if row.date_of_birth <= as_of_date
            and is_regular(row)
            and row.registration_start_date <= as_of_date
            and (row.registration_end_date is None or row.registration_end_date >= as_of_date)
        ]
        if not current:
            continue
        row = max(current, key=lambda row: (row.registration_start_date, row.practice_code))
        practice, decile = practices[row.practice_code], deciles.get(row.lsoa_code)
        registered[patient_id] = Registered(
            patient_id=patient_id,
            date_of_birth=row.date_of_birth,
            age=age_on(as_of_date, row.date_of_birth),
            sex=row.sex,
            ethnic_category=row.ethnic_category,
            lsoa_code=row.lsoa_code,
            imd_decile=decile,
            is_core20=decile in (1, 2),
            practice_code=row.practice_code,
            pcn_code=practice.pcn_code,
            place=practice.place,
        )
    return registered


# --------------------------------------------------------------------------------------
# Concepts: what the codelists say about each patient by the as-of date (see also register_oracle)
# --------------------------------------------------------------------------------------

COVID_19_VACCINATION_COUNTS_FROM = date(2020, 12, 8)
SMOKING_PRECEDENCE = ('never smoked', 'ex-smoker', 'current smoker')  # the last wins a day


def latest_status(person: Person, name: str, precedence: tuple[str, ...], minimum_age: int = 0) -> str | None:
    """The last entry of a status with opposites; of two on one day the one that `precedence` has last."""
    entries = [
        (event.event_date, precedence.index(codelist(name)[event.snomed_code]['category']))
        for event in coded(person, 'condition', [name]) if event.age_at_event >= minimum_age
    ]
    return precedence[max(entries)[1]] if entries else None


def is_current_smoker(person: Person) -> bool:
    return latest_status(person, 'smoking_status', SMOKING_PRECEDENCE, minimum_age=11) == 'current smoker'


def is_raised(reading: Measured | None, since: date) -> bool:
    """140/90 or more, or 135/85 at home, in either part; of that time."""
    if reading is None or reading.event_date <= since:
        return False
    lower = 5 if reading.is_second_choice else 0
    return reading.value >= 140 - lower or reading.diastolic >= 90 - lower


# --------------------------------------------------------------------------------------
# The six searches
# --------------------------------------------------------------------------------------

Criterion = Callable[[Registered], bool]


def influenza_season_start(as_of_date: date) -> date:
    return date(as_of_date.year - (as_of_date.month < 9), 9, 1)


def searches(people: dict[str, Person], as_of_date: date) -> dict[str, list[Criterion]]:
    def aged(at_least: int) -> Criterion:
        return lambda p: p.age >= at_least

    def has(*any_of: str) -> Criterion:
        return lambda p: any(holds(name, people[p.patient_id]) for name in any_of)

    def bmi_at_least(bound: float, since: date = date.min) -> Criterion:
        # The window is on the latest value; an older one never stands in for it.
        def is_met(p: Registered) -> bool:
            entry = latest('bmi', people[p.patient_id])
            return entry is not None and entry.value >= bound and entry.event_date > since

        return is_met

    def unvaccinated(name: str, on_or_after: date = date.min) -> Criterion:
        return lambda p: not any(
            event.event_date >= on_or_after for event in coded(people[p.patient_id], 'vaccination', [name])
        )

    return {
        'cohort_high_bmi_anxiety_depression_no_covid_vaccination': [
            aged(18),
            bmi_at_least(30, since=shift(as_of_date, '5 years', -1)),
            has('anxiety', 'depression'),
            unvaccinated('covid_19_vaccination', COVID_19_VACCINATION_COUNTS_FROM),
        ],
        'cohort_smokers_with_copd_or_severe_mental_illness': [
            aged(18),
            lambda p: is_current_smoker(people[p.patient_id]),
            has('copd', 'severe_mental_illness'),
        ],
        'cohort_raised_blood_pressure_without_hypertension': [
            aged(18),
            lambda p: is_raised(latest('blood_pressure', people[p.patient_id]), shift(as_of_date, '24 months', -1)),
            lambda p: not holds('hypertension', people[p.patient_id]),
        ],
        'cohort_learning_disability_no_influenza_vaccination': [
            has('learning_disability'),
            unvaccinated('influenza_vaccination', influenza_season_start(as_of_date)),
        ],
        'cohort_diabetes_core20_bmi_35_or_more': [
            has('diabetes'),
            lambda p: p.is_core20,
            bmi_at_least(35),
        ],
        'cohort_aged_75_or_over_never_covid_vaccinated': [
            aged(75),
            unvaccinated('covid_19_vaccination', COVID_19_VACCINATION_COUNTS_FROM),
        ],
    }


@dataclass(frozen=True)
class Result:
    registered: dict[str, Registered]
    members: dict[str, set[str]]
    attrition: dict[str, list[int]]  # everyone registered, then who remains after each criterion
    accepted: dict[str, int]
    rejected: dict[str, int]
    rejection_reasons: dict[str, Counter]
    people: dict[str, Person]  # to see why, when a search disagrees


def evaluate(
    extract: Extract, as_of_date: date, extract_date: date, purpose: str = 'secondary_use'
) -> Result:
    staged, lives = stage_all(extract, extract_date)
    registered = registered_patients(extract, staged, as_of_date, purpose)
    people = everyone(staged, lives, as_of_date)

    members, attrition = {}, {}
    for name, criteria in searches(people, as_of_date).items():
        remaining = list(registered.values())
        attrition[name] = [len(remaining)]
        for criterion in criteria:
            remaining = [patient for patient in remaining if criterion(patient)]
            attrition[name].append(len(remaining))
        members[name] = {patient.patient_id for patient in remaining}

    return Result(
        registered=registered,
        members=members,
        attrition=attrition,
        accepted={table: len(staged[table].accepted) for table in COLUMNS},
        rejected={table: staged[table].reasons.total() for table in COLUMNS},
        rejection_reasons={table: staged[table].reasons for table in COLUMNS},
        people=people,
    )
