"""A second opinion on the clinical library, in plain Python: for whom does a condition hold, and what
was measured last?

The rules are tables, written from the QOF registers as NCL ICB's published models restate them,
sharing nothing with the SQL. They look at one person's record on the as-of date.

    holds('asthma', person)
    latest('bmi', person)  # None, or when, how much and by which event
"""

from __future__ import annotations

import csv
import math
from calendar import monthrange
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, cached_property
from pathlib import Path
from typing import NamedTuple

CODELISTS = Path(__file__).resolve().parents[2] / 'seeds' / 'codelists'


class Event(NamedTuple):
    """A row of the staging table `stg_<table>`."""

    table: str
    event_id: str
    event_date: date
    snomed_code: str
    age_at_event: int
    value: float | None = None
    unit: str | None = None
    episodicity: str | None = None


@dataclass(frozen=True, kw_only=True)
class Person:
    """What is known of one person; `registrations` are days of start and end."""

    as_of_date: date
    date_of_birth: date
    events: tuple[Event, ...] = ()
    ethnic_categories: frozenset[str | None] = frozenset()
    registrations: tuple[tuple[date, date | None], ...] = ()

    @cached_property
    def events_by_code(self) -> dict[tuple[str, str], list[Event]]:
        found = defaultdict(list)
        for event in self.events:
            found[event.table, event.snomed_code].append(event)
        return found


def everyone(staged: dict, lives: dict, as_of_date: date) -> dict[str, Person]:
    """Everyone in the extract as oracle.stage_all() accepts it, registered or not."""
    events, rows = defaultdict(list), defaultdict(list)
    for table in ('condition', 'observation', 'vaccination', 'medication'):
        for row in staged[table].accepted:
            age = age_on(row.event_date, lives[row.patient_id].born)
            event = Event(
                table, row.event_id, row.event_date, row.snomed_code, age, row.value, row.unit, row.episodicity
            )
            events[row.patient_id].append(event)
    for row in staged['patient'].accepted:
        rows[row.patient_id].append(row)
    return {
        patient_id: Person(
            as_of_date=as_of_date,
            date_of_birth=lives[patient_id].born,
            events=tuple(events[patient_id]),
            ethnic_categories=frozenset(row.ethnic_category for row in of_patient),
            registrations=tuple((row.registration_start_date, row.registration_end_date) for row in of_patient),
        )
        for patient_id, of_patient in rows.items()
    }


@cache
def codelist(name: str) -> dict[str, dict[str, str]]:
    """The rows of a codelist, by code."""
    with (CODELISTS / f'codelist_{name}.csv').open(encoding='utf-8-sig', newline='') as file:
        return {row['code']: row for row in csv.DictReader(file)}


# -- Time ------------------------------------------------------------------------------------------


def age_on(day: date, date_of_birth: date) -> int:
    """Completed years; someone born on 29 February has a birthday on 1 March in other years."""
    had_birthday = (day.month, day.day) >= (date_of_birth.month, date_of_birth.day)
    return day.year - date_of_birth.year - (not had_birthday)


def age_of(person: Person) -> int:
    return age_on(person.as_of_date, person.date_of_birth)


def shift(day: date, span: str, sign: int) -> date:
    """`day` plus (sign 1) or minus (sign -1) a span such as '12 months'."""
    number, unit = span.split()
    number = sign * int(number)
    if unit in ('day', 'days', 'week', 'weeks'):
        return day + timedelta(days=number * (7 if unit.startswith('week') else 1))
    months = day.year * 12 + day.month - 1 + number * (12 if unit.startswith('year') else 1)
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


# -- Entries ---------------------------------------------------------------------------------------


def counts(event: Event, as_of_date: date) -> bool:
    return event.event_date <= as_of_date


def coded(person: Person, table: str, codelists: Iterable[str], within: str | None = None) -> list[Event]:
    """The person's entries of these codelists by the as-of date."""
    return [
        event
        for name in codelists
        for code in codelist(name)
        for event in person.events_by_code.get((table, code), ())
        if counts(event, person.as_of_date)
        and (within is None or in_window(event.event_date, person.as_of_date, within))
    ]


# -- Conditions ------------------------------------------------------------------------------------


def is_new_episode(episodicity: str | None) -> bool:
    """Whether an entry begins an episode, or does not say: all else reviews, ends or changes one."""
    said = (episodicity or '').strip().lower().replace('-', ' ')
    return said not in ('review', 'end', 'ended', 'change', 'changed', 'evolved', 'flare up')


def any_diagnosis(person: Person, first_active: date) -> bool:
    return True


def not_diabetic(person: Person, first_active: date) -> bool:
    """Whatever the age: the register of diabetes has one, this exclusion has none."""
    return not unresolved_days(CONDITIONS['diabetes'], person)


def airflow_obstruction_shown(person: Person, first_active: date) -> bool:
    """Since April 2023 COPD wants spirometry, around the diagnosis or the registration of a new patient."""
    low = [e.event_date for e in coded(person, 'condition', ['fev1_fvc_ratio_low'])]
    for event in coded(person, 'observation', ['fev1_fvc_ratio']):
        if event.value is not None and (0.1 <= event.value < 0.7 or 10 <= event.value < 70):
            low.append(event.event_date)
    days = [first_active] + [
        start for start, end in person.registrations
        if in_window(start, person.as_of_date, '12 months') and (end is None or end >= person.as_of_date)
    ]
    return (
        first_active < date(2023, 4, 1)
        or any(day - timedelta(days=93) <= of_ratio <= day + timedelta(days=186) for of_ratio in low for day in days)
        or bool(coded(person, 'condition', ['spirometry_unsuitable']))
    )


def fragility_fracture(person: Person, first_active: date) -> bool:
    """From 2012 and with a scan below 75 years, from 2014 above."""
    last = max((e.event_date for e in coded(person, 'condition', ['fragility_fracture'])), default=date.min)
    t_scores = [e.value for e in coded(person, 'observation', ['dxa_t_score']) if e.value is not None]
    scanned = bool(coded(person, 'condition', ['dxa_scan'])) or min(t_scores, default=0) <= -2.5
    if age_of(person) >= 75:
        return last >= date(2014, 4, 1)
    return age_of(person) >= 50 and last >= date(2012, 4, 1) and scanned


@dataclass(frozen=True)
class Condition:
    """The rule of a condition: its codelists, and what more must be true."""

    diagnosis: list[str]
    resolved: list[str] = field(default_factory=list)
    # Of a diagnosis and a resolution on one day, which holds?
    holds_on_a_tie: bool = False
    counts_from: date = date.min
    lasts: str | None = None
    new_episodes_only: bool = False
    # An issue of these medicines within so long stands for a diagnosis; or must be there beside one.
    or_medicine: tuple[list[str], str] | None = None
    and_medicine: tuple[list[str], str] | None = None
    ages: tuple[int, int] = (0, 150)  # on the as-of date
    first_diagnosed_at: int = 0  # age in completed years, or later
    further: Callable[[Person, date], bool] = any_diagnosis


CONDITIONS = {
    'anxiety': Condition(['anxiety'], ['anxiety_resolved']),
    'asthma': Condition(
        ['asthma'], ['asthma_resolved'], ages=(6, 150), and_medicine=(['asthma_inhaler', 'asthma_reliever'], '12 months')
    ),
    'atrial_fibrillation': Condition(['atrial_fibrillation'], ['atrial_fibrillation_resolved']),
    'cancer': Condition(['cancer'], counts_from=date(2003, 4, 1), new_episodes_only=True),
    'chronic_kidney_disease': Condition(
        ['chronic_kidney_disease_stage_3_to_5'],
        ['chronic_kidney_disease_stage_1_to_2', 'chronic_kidney_disease_resolved'],
        ages=(18, 150),
    ),
    'copd': Condition(['copd'], ['copd_resolved'], further=airflow_obstruction_shown),
    'coronary_heart_disease': Condition(['coronary_heart_disease']),
    'dementia': Condition(['dementia']),
    'depression': Condition(
        ['depression'], ['depression_resolved'],
        counts_from=date(2006, 4, 1), new_episodes_only=True, ages=(18, 150),
    ),
    'diabetes': Condition(['diabetes'], ['diabetes_resolved'], ages=(17, 150)),
    'epilepsy': Condition(
        ['epilepsy'], ['epilepsy_resolved'], ages=(18, 150), and_medicine=(['antiepileptic_medicine'], '6 months')
    ),
    'heart_failure': Condition(['heart_failure'], ['heart_failure_resolved']),
    'hypertension': Condition(['hypertension'], ['hypertension_resolved'], ages=(18, 150)),
    'learning_disability': Condition(['learning_disability'], ['learning_disability_removed']),
    'non_diabetic_hyperglycaemia': Condition(
        ['non_diabetic_hyperglycaemia'], first_diagnosed_at=18, further=not_diabetic
    ),
    'osteoporosis': Condition(['osteoporosis'], further=fragility_fracture),
    'palliative_care': Condition(
        ['palliative_care'], ['palliative_care_not_indicated'], holds_on_a_tie=True, counts_from=date(2008, 4, 1)
    ),
    'peripheral_arterial_disease': Condition(['peripheral_arterial_disease']),
    'pregnancy': Condition(['pregnancy'], ['pregnancy_ended'], lasts='9 months', ages=(12, 55)),
    'rheumatoid_arthritis': Condition(['rheumatoid_arthritis'], first_diagnosed_at=16),
    'severe_mental_illness': Condition(['severe_mental_illness'], or_medicine=(['lithium'], '6 months')),
    'severe_mental_illness_not_in_remission': Condition(
        ['severe_mental_illness'], ['severe_mental_illness_remission']
    ),
    'stroke_or_tia': Condition(['stroke', 'transient_ischaemic_attack']),
}


def diagnoses(rule: Condition, person: Person) -> list[Event]:
    """The entries that count as a diagnosis, resolved since or not."""
    found = [
        event for event in coded(person, 'condition', rule.diagnosis)
        if event.event_date >= rule.counts_from
        and (not rule.new_episodes_only or is_new_episode(event.episodicity))
    ]
    return found + (coded(person, 'medication', *rule.or_medicine) if rule.or_medicine else [])


def resolved_days(rule: Condition, person: Person) -> list[date]:
    return [event.event_date for event in coded(person, 'condition', rule.resolved)]


def unresolved_days(rule: Condition, person: Person) -> list[date]:
    last = max(resolved_days(rule, person), default=date.min)
    return sorted({
        event.event_date for event in diagnoses(rule, person)
        if (event.event_date > last or event.event_date == last and rule.holds_on_a_tie)
        and in_window(event.event_date, person.as_of_date, rule.lasts)
    })


def active_days(name: str, person: Person) -> list[date]:
    """The days of the diagnoses that make the condition hold; none if it does not."""
    rule = CONDITIONS[name]
    days = unresolved_days(rule, person)
    if not days:
        return []
    youngest, oldest = rule.ages
    is_met = (
        youngest <= age_of(person) <= oldest
        and all(event.age_at_event >= rule.first_diagnosed_at for event in diagnoses(rule, person))
        and (not rule.and_medicine or coded(person, 'medication', *rule.and_medicine))
        and rule.further(person, days[0])
    )
    return days if is_met else []


# White and Black Caribbean to any other Asian background, Black, Chinese; not the two 'any other'
# groups of mixed and other background.
LOWER_BMI_THRESHOLD = set('DEFHJKLMNPR')


def is_obese(person: Person) -> bool:
    bmi = latest('bmi', person)
    return bmi is not None and bmi.value >= (27.5 if person.ethnic_categories & LOWER_BMI_THRESHOLD else 30)


def holds(name: str, person: Person) -> bool:
    return is_obese(person) if name == 'obesity' else bool(active_days(name, person))


# -- Measurements ----------------------------------------------------------------------------------


class Measured(NamedTuple):
    """An entry; its value is None where it has none that can be true."""

    event_date: date
    event_id: str
    value: float | None
    # Computed, or taken at home: another of the day goes before it.
    is_second_choice: bool = False
    diastolic: float | None = None


@dataclass(frozen=True)
class Measurement:
    codelists: list[str]
    plausible: tuple[float, float]
    minimum_age: int = 0
    categories: list[str] = field(default_factory=list)  # findings that stand for a value


MEASUREMENTS = {
    'bmi': Measurement(['bmi'], (10, 150), minimum_age=18, categories=['bmi_category']),
    'diastolic_blood_pressure': Measurement(['diastolic_blood_pressure'], (20, 200)),
    'hba1c': Measurement(['hba1c'], (20, 195)),
    'ldl_cholesterol': Measurement(['ldl_cholesterol'], (0.1, 25)),
    'qrisk_score': Measurement(['qrisk_score'], (0, 100)),
    'systolic_blood_pressure': Measurement(['systolic_blood_pressure'], (40, 350)),
}


def to_places(value: float, places: int) -> float:
    return math.floor(value * 10**places + 0.5) / 10**places


def between(value: float | None, bounds: tuple[float, float]) -> bool:
    return value is not None and bounds[0] <= value <= bounds[1]


def in_mmol_per_mol(event: Event) -> float | None:
    """HbA1c: of the unit recorded if that is one of the two, else of the code."""
    recorded = (event.unit or '').lower()
    unit = recorded if recorded in ('mmol/mol', '%') else codelist('hba1c')[event.snomed_code]['unit_of_code']
    if unit == '%' and event.value is not None:
        return to_places(10.929 * (event.value - 2.15), 0)
    return event.value


def weight_over_height_squared(person: Person) -> list[Measured]:
    weights, heights = (
        [
            event for event in coded(person, 'observation', [name])
            if between(event.value, bounds) and event.age_at_event >= 18
        ]
        for name, bounds in [('body_weight', (10, 500)), ('body_height', (50, 250))]
    )
    found = []
    for weight in weights:
        before = [(height.event_date, height.value) for height in heights if height.event_date <= weight.event_date]
        if before:
            bmi = to_places(weight.value * 10000 / max(before)[1] ** 2, 2)
            found.append(Measured(weight.event_date, weight.event_id, bmi, is_second_choice=True))
    return found


def blood_pressures(person: Person) -> list[Measured]:
    """One for each day and setting that has both parts: the highest of each."""
    found = []
    for at_home, prefix in [(False, ''), (True, 'home_')]:
        highest: dict[str, dict[date, float]] = {'systolic': {}, 'diastolic': {}}
        for part, bounds in [('systolic', (40, 350)), ('diastolic', (20, 200))]:
            for event in coded(person, 'observation', [f'{prefix}{part}_blood_pressure']):
                if between(event.value, bounds):
                    day = event.event_date
                    highest[part][day] = max(event.value, highest[part].get(day, event.value))
        both = highest['systolic'].keys() & highest['diastolic'].keys()
        found += [Measured(day, '', highest['systolic'][day], at_home, highest['diastolic'][day]) for day in both]
    return found


def measured(name: str, person: Person) -> list[Measured]:
    if name == 'blood_pressure':
        return blood_pressures(person)
    rule = MEASUREMENTS[name]
    value_of = in_mmol_per_mol if name == 'hba1c' else lambda event: event.value
    found = [(e, value_of(e)) for e in coded(person, 'observation', rule.codelists)] + [
        (e, float(codelist(category)[e.snomed_code]['implied_value']))
        for category in rule.categories for table in ('observation', 'condition')
        for e in coded(person, table, [category])
    ]
    entries = [Measured(e.event_date, e.event_id, value) for e, value in found if e.age_at_event >= rule.minimum_age]
    entries += weight_over_height_squared(person) if name == 'bmi' else []
    return [entry if between(entry.value, rule.plausible) else entry._replace(value=None) for entry in entries]


def recency(entry: Measured) -> tuple:
    return entry.event_date, not entry.is_second_choice, entry.value, entry.event_id


def latest(name: str, person: Person) -> Measured | None:
    return max((entry for entry in measured(name, person) if entry.value is not None), key=recency, default=None)
