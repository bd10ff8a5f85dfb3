"""A second opinion on the search language, in plain Python: who does a search find?

Written from the contract alone, sharing nothing with the SQL. A search is a list of blocks; a
block is true or false for one patient's record on the as-of date.

    found = meets_all([Block('has_condition', ('anxiety',), {'within': '12 months'})], record)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from register_oracle import (
    CONDITIONS, Event, Measured, Person, active_days, age_on, coded, codelist, diagnoses, holds, in_window, latest,
    measured, shift,
)

# When two are recorded on one day, the first of these counts.
STATUSES = ['current smoker', 'ex-smoker', 'never smoked']
# A bound on blood pressure is for the clinic; at home it is so much lower.
HOME_ALLOWANCE = 5


@dataclass(frozen=True)
class Patient:
    """A registered patient's own attributes, on the as-of date."""

    patient_id: str
    sex: str
    ethnic_category: str | None
    ethnic_group: str
    imd_decile: int | None
    rural_urban: str


@dataclass(frozen=True, kw_only=True)
class Record(Person):
    """What is known of one patient; `cohorts` names the other searches that found them."""

    patient: Patient
    cohorts: frozenset[str] = frozenset()


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
class Listed:
    """A concept that is no more than a codelist in one table."""

    table: str
    codelist: str
    counts_from: date = date.min
    minimum_age: int = 0


LISTED = {
    'smoking_status': Listed('condition', 'smoking_status', minimum_age=11),
    'covid_19': Listed('vaccination', 'covid_19_vaccination', counts_from=date(2020, 12, 8)),
    'influenza': Listed('vaccination', 'influenza_vaccination'),
    'asthma_inhaler': Listed('medication', 'asthma_inhaler'),
}
# The concepts that searches are tried with, and what kind of block they go into.
CONCEPTS = {
    'anxiety': 'condition',
    'asthma': 'condition',
    'copd': 'condition',
    'depression': 'condition',
    'diabetes': 'condition',
    'palliative_care': 'condition',
    'pregnancy': 'condition',
    'severe_mental_illness': 'condition',
    'bmi': 'value',
    'blood_pressure': 'value',
    'hba1c': 'value',
    'systolic_blood_pressure': 'value',
    'smoking_status': 'status',
    'covid_19': 'vaccination',
    'influenza': 'vaccination',
    'asthma_inhaler': 'medication',
}


# -- What a concept says about a record ------------------------------------------------------------


def entries(name: str, record: Record) -> list[Event] | list[Measured]:
    if CONCEPTS[name] == 'condition':
        return diagnoses(CONDITIONS[name], record)
    if CONCEPTS[name] == 'value':
        return measured(name, record)
    rule = LISTED[name]
    return [
        event for event in coded(record, rule.table, [rule.codelist])
        if event.event_date >= rule.counts_from and event.age_at_event >= rule.minimum_age
    ]


def entry_days(name: str, record: Record) -> list[date]:
    return sorted({entry.event_date for entry in entries(name, record)})


def says(name: str, record: Record) -> tuple | None:
    """All that a concept says of a record, None if nothing: its days and, of those, the active or the latest."""
    if name == 'obesity':
        return ([latest('bmi', record).event_date],) * 2 if holds(name, record) else None
    if name in CONDITIONS:
        days = sorted({entry.event_date for entry in diagnoses(CONDITIONS[name], record)})
        return (days, active_days(name, record)) if days else None
    days, last = sorted({entry.event_date for entry in measured(name, record)}), latest(name, record)
    return (days, last and (last.value, last.diastolic, last.event_date)) if days else None


def meets_bounds(value: float, at_least=None, above=None, at_most=None, below=None) -> bool:
    return (
        (at_least is None or value >= at_least)
        and (above is None or value > above)
        and (at_most is None or value <= at_most)
        and (below is None or value < below)
    )


# -- The blocks ------------------------------------------------------------------------------------


def aged(record, at_least=None, at_most=None, on=None):
    age = age_on(date.fromisoformat(on) if on else record.as_of_date, record.date_of_birth)
    return meets_bounds(age, at_least=at_least, at_most=at_most)


def sex_is(record, *sexes):
    return record.patient.sex in sexes


def ethnic_group_is(record, *groups):
    return record.patient.ethnic_group in groups


def ethnicity_recorded(record):
    return record.patient.ethnic_category is not None


def deprivation_quintile_is(record, *quintiles):
    decile = record.patient.imd_decile
    return decile is not None and (decile + 1) // 2 in quintiles


def in_core20(record):
    return record.patient.imd_decile in (1, 2)


def lives_rurally(record):
    return record.patient.rural_urban == 'rural'


def has_condition(record, concept, at_least_times=1, **window):
    days = active_days(concept, record)
    return sum(in_window(day, record.as_of_date, **window) for day in days) >= at_least_times


def recorded(record, concept, **window):
    return any(in_window(day, record.as_of_date, **window) for day in entry_days(concept, record))


def first_recorded(record, concept, **window):
    return any(in_window(day, record.as_of_date, **window) for day in entry_days(concept, record)[:1])


def vaccinated(record, concept, doses=1, **window):
    return sum(in_window(day, record.as_of_date, **window) for day in entry_days(concept, record)) >= doses


def prescribed(record, concept, at_least_times=1, within=None):
    return vaccinated(record, concept, doses=at_least_times, within=within)


def latest_value(record, concept, within=None, **bounds):
    entry = latest(concept, record)
    if entry is None:
        return False
    return meets_bounds(entry.value, **bounds) and in_window(entry.event_date, record.as_of_date, within)


def latest_blood_pressure(record, within=None, **bounds):
    """Raised if either part reaches its bound, controlled if both keep to theirs."""
    reading = latest('blood_pressure', record)
    if reading is None or not in_window(reading.event_date, record.as_of_date, within):
        return False
    home = HOME_ALLOWANCE if reading.is_second_choice else 0
    for name, bound in bounds.items():
        systolic, diastolic = (int(part) - home for part in bound.split('/'))
        parts = meets_bounds(reading.value, **{name: systolic}), meets_bounds(reading.diastolic, **{name: diastolic})
        if not (any(parts) if name in ('at_least', 'above') else all(parts)):
            return False
    return True


def latest_is(record, concept, status, within=None):
    rule = LISTED[concept]
    found = [(e, codelist(rule.codelist)[e.snomed_code]['category']) for e in entries(concept, record)]
    if not found:
        return False
    event, last = max(found, key=lambda pair: (pair[0].event_date, -STATUSES.index(pair[1]), pair[0].event_id))
    return last == status and in_window(event.event_date, record.as_of_date, within)


def anchor_days(record, anchor, since=None):
    """The first day of the anchor, if there is one."""
    return [day for day in entry_days(anchor, record) if since is None or day >= date.fromisoformat(since)][:1]


def after(record, concept, anchor, within=None, since=None):
    return any(
        first <= day and (within is None or day <= shift(first, within, 1))
        for first in anchor_days(record, anchor, since)
        for day in entry_days(concept, record)
    )


def before(record, concept, anchor, within=None, since=None):
    return any(
        day < first and (within is None or day >= shift(first, within, -1))
        for first in anchor_days(record, anchor, since)
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
        aged, sex_is, ethnic_group_is, ethnicity_recorded, deprivation_quintile_is, in_core20, lives_rurally,
        has_condition, recorded, first_recorded, vaccinated, prescribed, latest_value, latest_blood_pressure,
        latest_is, after, before, in_cohort, all_of, any_of, none_of, at_least_n_of,
    )
}


def meets(block: Block, record: Record) -> bool:
    return BLOCKS[block.name](record, *block.arguments, **block.options)


def meets_all(blocks: Iterable[Block], record: Record) -> bool:
    return all(meets(block, record) for block in blocks)
