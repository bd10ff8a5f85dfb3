"""A second opinion on the search language, in plain Python: who does a search find?

Written from the contract alone, sharing nothing with the SQL. A search is a list of blocks; a
block is true or false for one patient's record on the as-of date.

    found = meets_all([Block('has_condition', ('anxiety',), {'within': '12 months'})], record)
"""

from __future__ import annotations

import csv
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path

CODELISTS = Path(__file__).resolve().parents[2] / 'seeds' / 'codelists'
# When two are recorded on one day, the first of these counts.
STATUSES = ['current smoker', 'ex-smoker', 'never smoked']


@dataclass(frozen=True)
class Patient:
    """A registered patient's own attributes, on the as-of date."""

    patient_id: str
    age: int
    sex: str
    ethnic_group: str
    imd_decile: int | None
    rural_urban: str


@dataclass(frozen=True)
class Event:
    """A row of the staging table `stg_<table>`."""

    table: str
    event_id: str
    event_date: date
    snomed_code: str
    age_at_event: int
    value: float | None = None


@dataclass(frozen=True)
class Record:
    """What is known of one patient; `cohorts` names the other searches that found them."""

    patient: Patient
    events: tuple[Event, ...]
    cohorts: frozenset[str]
    as_of_date: date


@dataclass(frozen=True)
class Block:
    """A building block as it is written in a search; its text is the Jinja."""

    name: str
    arguments: tuple = ()
    options: dict = field(default_factory=dict)

    def __str__(self) -> str:
        given = [str(a) if isinstance(a, Block) else repr(a) for a in self.arguments]
        given += [f'{name}={value!r}' for name, value in self.options.items()]
        return f'{self.name}({", ".join(given)})'


@dataclass(frozen=True)
class Concept:
    """The rule of one concept: its codelists by the staging table they are looked for in."""

    kind: str
    codelists: dict[str, tuple[str, ...]]
    resolved: str | None = None
    counts_from: date = date.min
    minimum_age: int = 0
    plausible: tuple[float, float] | None = None


CONCEPTS = {
    'anxiety': Concept('condition', {'condition': ('anxiety',)}, resolved='anxiety_resolved'),
    'diabetes': Concept('condition', {'condition': ('diabetes',)}, resolved='diabetes_resolved'),
    'depression': Concept(
        'condition', {'condition': ('depression',)}, resolved='depression_resolved', counts_from=date(2006, 4, 1)
    ),
    'severe_mental_illness': Concept('condition', {'condition': ('severe_mental_illness',)}),
    'bmi': Concept(
        'value',
        {'observation': ('bmi', 'bmi_category'), 'condition': ('bmi_category',)},
        minimum_age=18,
        plausible=(10, 150),
    ),
    'systolic_blood_pressure': Concept(
        'value', {'observation': ('systolic_blood_pressure',)}, plausible=(40, 350)
    ),
    'smoking_status': Concept('status', {'condition': ('smoking_status',)}, minimum_age=11),
    'covid_19': Concept('vaccination', {'vaccination': ('covid_19_vaccination',)}, counts_from=date(2020, 12, 8)),
    'influenza': Concept('vaccination', {'vaccination': ('influenza_vaccination',)}),
    'asthma_inhaler': Concept('medication', {'medication': ('asthma_inhaler',)}),
}


@cache
def codelist(name: str) -> dict[str, dict[str, str]]:
    """The rows of a codelist, by code."""
    with (CODELISTS / f'codelist_{name}.csv').open(encoding='utf-8-sig', newline='') as file:
        return {row['code']: row for row in csv.DictReader(file)}


# -- Time ------------------------------------------------------------------------------------------


def shift(day: date, span: str, sign: int) -> date:
    """`day` plus (sign 1) or minus (sign -1) a span such as '12 months'."""
    number, unit = span.split()
    number = sign * int(number)
    if unit in ('days', 'weeks'):
        return day + timedelta(days=number * (7 if unit == 'weeks' else 1))
    months = day.year * 12 + day.month - 1 + number * (12 if unit == 'years' else 1)
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def in_window(
    day: date, as_of_date: date, within: str | None = None, on_or_after: str | None = None, before: str | None = None
) -> bool:
    return (
        day <= as_of_date
        and (within is None or day > shift(as_of_date, within, -1))
        and (on_or_after is None or day >= date.fromisoformat(on_or_after))
        and (before is None or day < date.fromisoformat(before))
    )


# -- What a concept says about a record ------------------------------------------------------------


def is_entry(event: Event, concept: Concept) -> bool:
    return (
        any(event.snomed_code in codelist(name) for name in concept.codelists.get(event.table, ()))
        and event.event_date >= concept.counts_from
        and event.age_at_event >= concept.minimum_age
    )


def counts(event: Event, as_of_date: date) -> bool:
    return event.event_date <= as_of_date


def entries(name: str, record: Record) -> list[Event]:
    return [e for e in record.events if counts(e, record.as_of_date) and is_entry(e, CONCEPTS[name])]


def entry_days(name: str, record: Record) -> list[date]:
    return sorted({e.event_date for e in entries(name, record)})


def resolved_days(name: str, record: Record) -> list[date]:
    resolved = CONCEPTS[name].resolved
    return [
        e.event_date
        for e in record.events
        if resolved and e.table == 'condition' and e.snomed_code in codelist(resolved) and counts(e, record.as_of_date)
    ]


def usable_value(event: Event, concept: Concept) -> float | None:
    """The value an entry stands for: its category's, or its own if that is plausible."""
    for name in concept.codelists[event.table]:
        row = codelist(name).get(event.snomed_code, {})
        if 'implied_value' in row:
            return float(row['implied_value'])
    lowest, highest = concept.plausible
    return event.value if event.value is not None and lowest <= event.value <= highest else None


def values(name: str, record: Record) -> list[tuple[Event, float]]:
    """The entries with a usable value, and that value."""
    found = [(e, usable_value(e, CONCEPTS[name])) for e in entries(name, record)]
    return [(e, value) for e, value in found if value is not None]


def value_recency(event: Event, value: float) -> tuple:
    return event.event_date, value, event.event_id


def meets_bounds(value: float, at_least=None, above=None, at_most=None, below=None) -> bool:
    return (
        (at_least is None or value >= at_least)
        and (above is None or value > above)
        and (at_most is None or value <= at_most)
        and (below is None or value < below)
    )


# -- The blocks ------------------------------------------------------------------------------------


def aged(record, at_least=None, at_most=None):
    return meets_bounds(record.patient.age, at_least=at_least, at_most=at_most)


def sex_is(record, *sexes):
    return record.patient.sex in sexes


def ethnic_group_is(record, *groups):
    return record.patient.ethnic_group in groups


def deprivation_quintile_is(record, *quintiles):
    decile = record.patient.imd_decile
    return decile is not None and (decile + 1) // 2 in quintiles


def in_core20(record):
    return record.patient.imd_decile in (1, 2)


def lives_rurally(record):
    return record.patient.rural_urban == 'rural'


def has_condition(record, concept, at_least_times=1, **window):
    resolved = resolved_days(concept, record)
    active = [day for day in entry_days(concept, record) if all(day > end for end in resolved)]
    return sum(in_window(day, record.as_of_date, **window) for day in active) >= at_least_times


def recorded(record, concept, **window):
    return any(in_window(day, record.as_of_date, **window) for day in entry_days(concept, record))


def first_recorded(record, concept, **window):
    return any(in_window(day, record.as_of_date, **window) for day in entry_days(concept, record)[:1])


def vaccinated(record, concept, doses=1, **window):
    return sum(in_window(day, record.as_of_date, **window) for day in entry_days(concept, record)) >= doses


def prescribed(record, concept, at_least_times=1, within=None):
    return vaccinated(record, concept, doses=at_least_times, within=within)


def latest_value(record, concept, within=None, **bounds):
    found = values(concept, record)
    if not found:
        return False
    event, value = max(found, key=lambda pair: value_recency(*pair))
    return meets_bounds(value, **bounds) and in_window(event.event_date, record.as_of_date, within)


def latest_is(record, concept, status, within=None):
    (name,) = CONCEPTS[concept].codelists['condition']
    found = [(e, codelist(name)[e.snomed_code]['category']) for e in entries(concept, record)]
    if not found:
        return False
    event, latest = max(found, key=lambda pair: (pair[0].event_date, -STATUSES.index(pair[1]), pair[0].event_id))
    return latest == status and in_window(event.event_date, record.as_of_date, within)


def after(record, concept, anchor, within=None):
    return any(
        first <= day and (within is None or day <= shift(first, within, 1))
        for first in entry_days(anchor, record)[:1]
        for day in entry_days(concept, record)
    )


def before(record, concept, anchor, within=None):
    return any(
        day < first and (within is None or day >= shift(first, within, -1))
        for first in entry_days(anchor, record)[:1]
        for day in entry_days(concept, record)
    )


def in_cohort(record, cohort):
    return cohort in record.cohorts


def all_of(record, *blocks):
    return all(meets(block, record) for block in blocks)


def any_of(record, *blocks):
    return any(meets(block, record) for block in blocks)


def none_of(record, *blocks):
    return not any(meets(block, record) for block in blocks)


def at_least_n_of(record, number, *blocks):
    return sum(meets(block, record) for block in blocks) >= number


BLOCKS = {
    rule.__name__: rule
    for rule in (
        aged, sex_is, ethnic_group_is, deprivation_quintile_is, in_core20, lives_rurally, has_condition, recorded,
        first_recorded, vaccinated, prescribed, latest_value, latest_is, after, before, in_cohort, all_of, any_of,
        none_of, at_least_n_of,
    )
}


def meets(block: Block, record: Record) -> bool:
    return BLOCKS[block.name](record, *block.arguments, **block.options)


def meets_all(blocks: Iterable[Block], record: Record) -> bool:
    return all(meets(block, record) for block in blocks)
