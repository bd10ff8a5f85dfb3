"""A second opinion on the indicators, in plain Python: who is counted, who is left out, who achieves it?

Written from the contract's definitions, sharing nothing with the SQL: who is registered, oracle.py says,
and what a condition or a measurement is, register_oracle.py. An indicator is a function of one patient.

    found = judged(load('extract'), as_of_date, extract_date)
    found.status['indicator_hi_01_learning_disability_health_check']['SYN0000001']  # ('achieved', None)
    achievement(found)  # one row per indicator and area
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

from oracle import (
    Event, Extract, Registered, influenza_season_start, is_current_smoker, is_raised, latest_status, registered_patients,
    stage_all,
)
from register_oracle import (
    CONDITIONS, Measured, Person, age_of, age_on, coded, everyone, holds, in_window, latest, measured, shift,
    unresolved_days,
)

ICB = 'QGH'
THRESHOLDS = Path(__file__).resolve().parents[2] / 'seeds' / 'reference' / 'ref_indicator_threshold.csv'
CARE_HOME = 'long-term residential care'

# Achieved, excluded or not achieved; and why not.
Status = tuple[str, str | None]


def year_start(as_of_date: date) -> date:
    """Of the contract year."""
    return date(as_of_date.year - (as_of_date.month < 4), 4, 1)


# -- One patient -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """A registered patient and their record on the as-of date."""

    patient: Registered
    person: Person

    @cached_property
    def year(self) -> date:
        return year_start(self.person.as_of_date)

    @cached_property
    def season(self) -> date:
        return influenza_season_start(self.person.as_of_date)

    def has(self, *conditions: str) -> bool:
        return any(holds(name, self.person) for name in conditions)

    def days(self, table: str, *codelists: str, within: str | None = None, since: date = date.min) -> list[date]:
        """The days of entries, each once."""
        found = coded(self.person, table, codelists, within)
        return sorted({event.event_date for event in found if event.event_date >= since})

    def latest(self, name: str, within: str | None = None) -> Measured | None:
        """The latest value, if it is of that time; an older one never stands in for it."""
        entry = latest(name, self.person)
        return entry if entry and in_window(entry.event_date, self.person.as_of_date, within) else None

    def measured(self, name: str, within: str) -> bool:
        return any(in_window(entry.event_date, self.person.as_of_date, within) for entry in measured(name, self.person))


def judge(needed: Mapping[str, bool], left_out: Mapping[str, bool] = {}) -> Status:
    """A personalised care adjustment counts only for a patient who lacks something."""
    missing = [label for label, is_met in needed.items() if not is_met]
    adjustments = [label for label, is_met in left_out.items() if is_met]
    if not missing:
        return 'achieved', None
    return ('excluded', adjustments[0]) if adjustments else ('not achieved', missing[0])


# -- Health inequalities ---------------------------------------------------------------------------


def learning_disability_health_check(case: Case, is_hi_03: bool) -> Status | None:
    if not case.has('learning_disability') or case.patient.age < 14:
        return None
    checks = case.days('condition', 'learning_disability_health_check', since=case.year)
    plans = case.days('condition', 'health_action_plan', since=case.year)
    needed = {
        'Health check this year': bool(checks),
        'Action plan on or after the check': bool(checks and plans) and plans[-1] >= checks[0],
    }
    left_out = {
        'Health check declined this year':
            bool(case.days('condition', 'learning_disability_health_check_declined', since=case.year)),
    }  # fmt: skip
    if is_hi_03:
        needed['Ethnicity recorded'] = case.patient.ethnic_category is not None
        left_out['Action plan declined this year'] = bool(
            case.days('condition', 'health_action_plan_declined', since=case.year)
        )
    return judge(needed, left_out)


def hi_01(case: Case) -> Status | None:
    return learning_disability_health_check(case, is_hi_03=False)


def hi_02(case: Case) -> Status | None:
    return judge({'Ethnicity recorded': case.patient.ethnic_category is not None})


def hi_03(case: Case) -> Status | None:
    return learning_disability_health_check(case, is_hi_03=True)


def learning_disability_register(case: Case) -> Status | None:
    return judge({'Learning disability': case.has('learning_disability')})


def severe_mental_illness(case: Case) -> Status | None:
    if not case.has('severe_mental_illness_not_in_remission'):
        return None

    def entered(*codelists: str, table: str = 'observation') -> bool:
        return bool(case.days(table, *codelists, within='12 months'))

    smoking = coded(case.person, 'condition', ['smoking_status'], '12 months')
    alcohol = ['alcohol_consumption', 'audit_score', 'audit_c_score']
    return judge({
        'Blood pressure in 12 months': case.measured('blood_pressure', '12 months'),
        'BMI in 12 months': case.measured('bmi', '12 months'),
        'Smoking status in 12 months': any(event.age_at_event >= 11 for event in smoking),
        'Alcohol consumption in 12 months': entered(*alcohol) or entered(*alcohol, table='condition'),
        'Lipids in 12 months': entered('total_cholesterol', 'ldl_cholesterol'),
        'HbA1c or blood glucose in 12 months': entered('hba1c', 'blood_glucose'),
    })


# -- Influenza vaccination -------------------------------------------------------------------------


def vaccinated_this_season(case: Case) -> bool:
    return bool(case.days('vaccination', 'influenza_vaccination', since=case.season))


def influenza_vaccination(case: Case) -> Status:
    invitations = case.days('condition', 'influenza_vaccination_invitation', since=case.season)
    return judge({'Vaccinated this season': vaccinated_this_season(case)}, {
        'Allergic, or contraindicated in 12 months':
            bool(case.days('condition', 'influenza_vaccination_contraindicated', within='12 months')),
        'Declined this season': bool(case.days('condition', 'influenza_vaccination_declined', since=case.season)),
        'Invited twice, 7 days apart': bool(invitations) and invitations[-1] - invitations[0] >= timedelta(days=7),
    })  # fmt: skip


def age_on_31_march(case: Case) -> int:
    """At the end of the season."""
    return age_on(date(case.season.year + 1, 3, 31), case.patient.date_of_birth)


def is_at_clinical_risk(case: Case) -> bool:
    """By an illness with or without a register, by a medicine or by weight; pregnancy alone is none."""
    illnesses = [
        'asplenia', 'chronic_heart_disease', 'chronic_liver_disease', 'chronic_neurological_disease',
        'chronic_respiratory_disease', 'immunosuppression',
    ]
    bmi = case.latest('bmi')
    return (
        case.has(
            'asthma', 'chronic_kidney_disease', 'copd', 'coronary_heart_disease', 'diabetes', 'heart_failure',
            'learning_disability', 'stroke_or_tia',
        )
        or bool(case.days('condition', *illnesses))
        or bool(case.days('medication', 'immunosuppressant', within='6 months'))
        or bmi is not None and bmi.value >= 40
    )  # fmt: skip


def vi_01(case: Case) -> Status | None:
    return influenza_vaccination(case) if age_on_31_march(case) >= 65 else None


def vi_02(case: Case) -> Status | None:
    if case.patient.age < 18 or age_on_31_march(case) > 64:
        return None
    residence = latest_status(case.person, 'residential_status', ('other residence', CARE_HOME, 'homeless'))
    return influenza_vaccination(case) if residence == CARE_HOME or is_at_clinical_risk(case) else None


def vi_03(case: Case) -> Status | None:
    age = age_on(date(case.season.year, 8, 31), case.patient.date_of_birth)
    return influenza_vaccination(case) if age in (2, 3) else None


# -- Cardiovascular disease ------------------------------------------------------------------------


def cvd_01(case: Case) -> Status | None:
    """Raised: the last reading in the two years before the contract year, or any in it."""
    then = replace(case.person, as_of_date=case.year - timedelta(days=1))
    if case.patient.age < 18 or holds('hypertension', then):
        return None
    last = latest('blood_pressure', then)
    raised_before = is_raised(last, since=shift(case.year, '2 years', -1) - timedelta(days=1))
    readings = [reading for reading in measured('blood_pressure', case.person) if reading.event_date >= case.year]
    raised = sorted(reading.event_date for reading in readings if is_raised(reading, since=date.min))
    if not raised_before and not raised:
        return None
    # A reading is followed up by a later one that is not raised, or is taken at home whatever it is.
    answers = [r.event_date for r in readings if r.is_second_choice or not is_raised(r, since=date.min)]
    first = raised[0] if raised else date.min
    # Raised before the year, any reading at home in it is a follow-up.
    at_home = raised_before and any(reading.is_second_choice for reading in readings)
    return judge(
        {'Followed up': case.has('hypertension') or at_home or any(day > first for day in answers)},
        {
            'Palliative care': case.has('palliative_care'),
            'First raised in the last 6 months of the year':
                not raised_before and first >= date(case.year.year, 10, 1),
        },
    )  # fmt: skip


def cvd_02(case: Case) -> Status | None:
    return judge({'On the hypertension register': case.has('hypertension')})


def cvd_03(case: Case) -> Status | None:
    score = case.latest('qrisk_score')
    if score is None or score.value < 20:
        return None
    return judge({'Statin in 12 months': bool(case.days('medication', 'statin', within='12 months'))})


def cvd_05(case: Case) -> Status | None:
    """Counted from a CHA2DS2-VASc score of 2."""
    age = case.patient.age
    score = (
        2 * case.has('stroke_or_tia') + 2 * (age >= 75) + (65 <= age < 75) + (case.patient.sex == 'female')
        + case.has('heart_failure') + case.has('hypertension') + case.has('diabetes')
        + case.has('coronary_heart_disease', 'peripheral_arterial_disease')
    )  # fmt: skip
    if not case.has('atrial_fibrillation') or score < 2:
        return None
    issues = case.days('medication', 'oral_anticoagulant', within='6 months')
    return judge({'Anticoagulant in 6 months': bool(issues)})


# -- Core20PLUS5 -----------------------------------------------------------------------------------


def copd_vaccination(case: Case) -> Status | None:
    return judge({
        'Vaccinated this season': vaccinated_this_season(case),
        'Pneumococcal vaccination': bool(case.days('vaccination', 'pneumococcal_vaccination')),
    }) if case.has('copd') else None  # fmt: skip


def hypertension_to_target(case: Case) -> Status | None:
    if not case.has('hypertension'):
        return None
    reading = case.latest('blood_pressure', within='12 months')
    at_home = 5 if reading and reading.is_second_choice else 0
    systolic = (140 if case.patient.age < 80 else 150) - at_home
    at_target = reading is not None and reading.value <= systolic and reading.diastolic <= 90 - at_home
    return judge({'Blood pressure at target in 12 months': at_target})


def lipids_to_target(case: Case) -> Status | None:
    if not case.has('coronary_heart_disease', 'stroke_or_tia', 'peripheral_arterial_disease'):
        return None
    ldl = case.latest('ldl_cholesterol', within='12 months')
    return judge({'LDL cholesterol 2.0 or less in 12 months': ldl is not None and ldl.value <= 2})


def asthma_relievers(case: Case) -> Status | None:
    if case.patient.age > 17 or not case.has('asthma'):
        return None
    issues = case.days('medication', 'asthma_reliever', within='12 months')
    return judge({'Fewer than six relievers in 12 months': len(issues) < 6})


def diabetes_in_children(case: Case) -> Status | None:
    if age_of(case.person) > 17 or not unresolved_days(CONDITIONS['diabetes'], case.person):
        return None
    return judge({'HbA1c in 12 months': case.measured('hba1c', '12 months')})


def smokers_offered_support(case: Case) -> Status | None:
    if case.patient.age < 15 or not is_current_smoker(case.person):
        return None
    offers = case.days('condition', 'smoking_cessation_support', within='24 months')
    return judge({'Support offered in 24 months': bool(offers)})


INDICATORS = {
    'indicator_hi_01_learning_disability_health_check': hi_01,
    'indicator_hi_02_ethnicity_recording': hi_02,
    'indicator_hi_03_learning_disability_health_check_and_ethnicity': hi_03,
    'indicator_ld_learning_disability_register': learning_disability_register,
    'indicator_smi_physical_health_check': severe_mental_illness,
    'indicator_vi_01_influenza_aged_65_or_over': vi_01,
    'indicator_vi_02_influenza_at_risk_18_to_64': vi_02,
    'indicator_vi_03_influenza_aged_2_or_3': vi_03,
    'indicator_cvd_01_raised_blood_pressure_follow_up': cvd_01,
    'indicator_cvd_02_hypertension_register': cvd_02,
    'indicator_cvd_03_qrisk_statin': cvd_03,
    'indicator_cvd_05_atrial_fibrillation_anticoagulant': cvd_05,
    'indicator_core20plus5_copd_vaccination': copd_vaccination,
    'indicator_core20plus5_hypertension_to_target': hypertension_to_target,
    'indicator_core20plus5_lipids_to_target': lipids_to_target,
    'indicator_core20plus5_asthma_children_relievers': asthma_relievers,
    'indicator_core20plus5_diabetes_children_hba1c': diabetes_in_children,
    'indicator_core20plus5_smokers_offered_support': smokers_offered_support,
}


# -- Everyone --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Judged:
    as_of_date: date
    registered: dict[str, Registered]
    people: dict[str, Person]  # to see why, when a status disagrees
    status: dict[str, dict[str, Status]]  # by indicator and patient of the denominator


def judged(
    extract: Extract, as_of_date: date, extract_date: date, further: Mapping[str, list[Event]] = {}
) -> Judged:
    """`further` are events, by table, beside those of the extract."""
    staged, lives = stage_all(extract, extract_date)
    for table, events in further.items():
        staged[table].accepted.extend(events)
    registered = registered_patients(extract, staged, as_of_date, 'secondary_use')
    people = everyone(staged, lives, as_of_date)
    cases = [Case(patient, people[patient_id]) for patient_id, patient in registered.items()]
    return Judged(as_of_date, registered, people, {
        name: {case.patient.patient_id: status for case in cases if (status := judge_one(case))}
        for name, judge_one in INDICATORS.items()
    })  # fmt: skip


# -- By area ---------------------------------------------------------------------------------------


def thresholds(indicator: str, as_of_date: date) -> dict[str, str] | None:
    """Of the latest year up to the contract year that has any."""
    year = year_start(as_of_date).year
    with THRESHOLDS.open(encoding='utf-8', newline='') as file:
        known = [
            row for row in csv.DictReader(file)
            if indicator.startswith(f'indicator_{row["indicator"]}_') and int(row['financial_year'][:4]) <= year
        ]
    return max(known, key=lambda row: row['financial_year'], default=None)


def patients_to(percent: int | None, denominator: int, numerator: int) -> int | None:
    """The least number that makes the share of the denominator so many per cent."""
    if percent is None:
        return None
    return next(more for more in range(denominator + 1) if (numerator + more) * 100 >= percent * denominator)


def achievement(found: Judged) -> list[tuple]:
    """indicator, area_type, area_code, denominator, excluded, numerator, achievement, the year of the
    thresholds, both of them, and the patients to both."""
    rows = []
    for indicator, of_patient in found.status.items():
        by_area: dict[tuple[str, str], Counter] = {}
        for patient_id, (status, _) in of_patient.items():
            patient = found.registered[patient_id]
            for area in [
                ('icb', ICB), ('place', patient.place or 'unknown'), ('pcn', patient.pcn_code or 'unknown'),
                ('practice', patient.practice_code),
            ]:  # fmt: skip
                by_area.setdefault(area, Counter())[status] += 1
        row = thresholds(indicator, found.as_of_date) or {}
        percents = [int(row[name]) if row.get(name) else None for name in ('lower_percent', 'upper_percent')]
        for area, counts in by_area.items():
            numerator, denominator = counts['achieved'], counts['achieved'] + counts['not achieved']
            rows.append((
                indicator, *area, denominator, counts['excluded'], numerator,
                numerator / denominator if denominator else None,
                row.get('financial_year'), *(percent and percent / 100 for percent in percents),
                *(patients_to(percent, denominator, numerator) for percent in percents),
            ))  # fmt: skip
    return rows
