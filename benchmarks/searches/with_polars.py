"""The ten searches as an analyst writes them in polars: lazily, on the Parquet files.

Each search is a function of the extract and returns the patient_ids that it finds, as of 31 October 2026.
"""

from __future__ import annotations

from datetime import date
from functools import cached_property
from pathlib import Path

import polars as pl

AS_OF = date(2026, 10, 31)


def years_between(start: pl.Expr, end: pl.Expr) -> pl.Expr:
    """Completed years."""
    def day_of_year(day: pl.Expr) -> pl.Expr:
        return day.dt.month().cast(pl.Int32) * 100 + day.dt.day()

    return end.dt.year() - start.dt.year() - (day_of_year(end) < day_of_year(start)).cast(pl.Int32)


class Extract:
    """What ten searches share: the files, the codelists, the registered patients and the entries of a codelist."""

    def __init__(self, folder: Path, codelists: Path):
        self.folder, self.codelists = folder, codelists

    @cached_property
    def codelist(self) -> pl.DataFrame:
        lists = [
            pl.read_csv(file, infer_schema=False).with_columns(
                pl.col('code').str.strip_chars(), list=pl.lit(file.stem.removeprefix('codelist_'))
            )
            for file in sorted(self.codelists.glob('codelist_*.csv'))
        ]
        return pl.concat(lists, how='diagonal')

    def small_table(self, name: str) -> pl.LazyFrame:
        file = self.folder / f'{name}.parquet'
        return pl.scan_parquet(file) if file.exists() else pl.scan_csv(file.with_suffix('.csv'), infer_schema=False)

    @cached_property
    def registered(self) -> pl.LazyFrame:
        """Alive, with an open registration at a known practice; without those who opted out or are sensitive."""
        dates = ['date_of_birth', 'registration_start_date', 'registration_end_date', 'date_of_death']
        patient = self.small_table('patient').with_columns(
            pl.col(dates).cast(pl.String).str.to_date('%Y-%m-%d', strict=False)
        )
        opted_out = patient.filter((pl.col('type_1_opt_out') == 'true') | (pl.col('is_sensitive') == 'true'))
        sexes = {'1': 'male', 'm': 'male', 'male': 'male', '2': 'female', 'f': 'female', 'female': 'female'}
        return (
            patient.join(self.small_table('practice'), on='practice_code', how='semi')
            .with_columns(pl.col('date_of_death').min().over('patient_id'))
            .filter(
                pl.col('date_of_birth') <= AS_OF,
                pl.col('registration_start_date') <= AS_OF,
                pl.col('registration_end_date').is_null() | (pl.col('registration_end_date') >= AS_OF),
                pl.col('date_of_death').is_null() | (pl.col('date_of_death') > AS_OF),
                pl.col('patient_id').is_not_null(),
            )
            .join(opted_out, on='patient_id', how='anti')
            .sort('registration_start_date', 'practice_code')
            .unique('patient_id', keep='last')
            .select(
                'patient_id',
                'date_of_birth',
                age=years_between(pl.col('date_of_birth'), pl.lit(AS_OF)),
                sex=pl.col('sex').str.to_lowercase().replace_strict(sexes, default=None),
            )
            .collect()
            .lazy()
        )

    def entries(self, table: str, *lists: str) -> pl.LazyFrame:
        """The entries of codelists up to the as-of date; an event_id that comes twice counts once, on its first date."""
        codes = self.codelist.filter(pl.col('list').is_in(lists))
        further = [column for column in ['episodicity', 'value', 'unit'] if column in COLUMNS[table]]
        return (
            pl.scan_parquet(self.folder / f'{table}.parquet')
            .filter(
                pl.col('snomed_code').is_in(codes['code'].unique().to_list()),
                pl.col('event_date') <= AS_OF,
                pl.col('patient_id').is_not_null(),
            )
            .join(codes.lazy(), left_on='snomed_code', right_on='code')
            .group_by('list', 'event_id', 'patient_id', 'category', 'implied_value', 'unit_of_code', *further)
            .agg(pl.col('event_date').min())
        )

    def with_age(self, entries: pl.LazyFrame) -> pl.LazyFrame:
        """Entries of registered patients, with their age on the day."""
        return entries.join(self.registered, on='patient_id').with_columns(
            age_then=years_between(pl.col('date_of_birth'), pl.col('event_date'))
        )

    def patients(self, table: str, *lists: str, since: date = date.min) -> pl.LazyFrame:
        """Who has an entry of one of the codelists, since a day."""
        return self.entries(table, *lists).filter(pl.col('event_date') >= since).select('patient_id').unique()

    def active(self, diagnosis: str, resolved: str) -> pl.LazyFrame:
        """Who has a condition that nothing resolved on the day of the last diagnosis or later."""
        return active_in(self.entries('condition', diagnosis, resolved), diagnosis, resolved)


COLUMNS = {'condition': ['episodicity'], 'observation': ['value', 'unit'], 'vaccination': [], 'medication': []}


def active_in(entries: pl.LazyFrame, diagnosis: str, resolved: str) -> pl.LazyFrame:
    day = pl.col('event_date')
    return (
        entries.group_by('patient_id')
        .agg(
            diagnosed=day.filter(pl.col('list') == diagnosis).max(),
            resolved=day.filter(pl.col('list') == resolved).max(),
        )
        .filter(
            pl.col('diagnosed').is_not_null(),
            pl.col('resolved').is_null() | (pl.col('diagnosed') > pl.col('resolved')),
        )
        .select('patient_id')
    )


def latest(entries: pl.LazyFrame, *order: str) -> pl.LazyFrame:
    """The last entry of each patient in this order."""
    return entries.sort(*order).unique('patient_id', keep='last', maintain_order=True)


def keep(patients: pl.LazyFrame, *others: pl.LazyFrame) -> pl.LazyFrame:
    """Those who are in all of the others."""
    for other in others:
        patients = patients.join(other, on='patient_id', how='semi')
    return patients


def without(patients: pl.LazyFrame, *others: pl.LazyFrame) -> pl.LazyFrame:
    """Those who are in none of the others."""
    for other in others:
        patients = patients.join(other, on='patient_id', how='anti')
    return patients


def flag(patients: pl.LazyFrame, **others: pl.LazyFrame) -> pl.LazyFrame:
    """With one column that says for each of the others whether a patient is in it."""
    for name, other in others.items():
        other = other.select('patient_id', pl.lit(True).alias(name)).unique()
        patients = patients.join(other, on='patient_id', how='left').with_columns(pl.col(name).fill_null(False))
    return patients


def high_bmi_anxiety_depression_no_covid_vaccination(extract: Extract) -> pl.LazyFrame:
    adult = pl.col('age_then') >= 18
    measured = extract.entries('observation', 'bmi', 'bmi_category', 'body_weight', 'body_height')
    measured = extract.with_age(measured).filter(adult)
    found = extract.with_age(extract.entries('condition', 'bmi_category')).filter(adult)
    height = (
        measured.filter(pl.col('list') == 'body_height', pl.col('value').is_between(50, 250))
        .group_by('patient_id', 'event_date').agg(height=pl.col('value').max())
        .sort('event_date')
    )
    weight = measured.filter(pl.col('list') == 'body_weight', pl.col('value').is_between(10, 500)).sort('event_date')
    computed = weight.join_asof(height, on='event_date', by='patient_id', check_sortedness=False).with_columns(
        value=(pl.col('value') * 10000 / (pl.col('height') * pl.col('height'))).round(2), is_recorded=pl.lit(False)
    )
    category = pl.concat([measured.filter(pl.col('list') == 'bmi_category'), found], how='diagonal').with_columns(
        value=pl.col('implied_value').cast(pl.Float64), is_recorded=pl.lit(True)
    )
    columns = ['patient_id', 'event_date', 'value', 'is_recorded']
    bmi = pl.concat([
        measured.filter(pl.col('list') == 'bmi').with_columns(is_recorded=pl.lit(True)).select(columns),
        category.select(columns),
        computed.select(columns),
    ])
    bmi = latest(bmi.filter(pl.col('value').is_between(10, 150)), 'event_date', 'is_recorded', 'value')
    bmi = bmi.filter(pl.col('event_date') > date(2021, 10, 31), pl.col('value') >= 30)

    no_diagnosis = (pl.col('list') == 'depression') & (
        (pl.col('event_date') < date(2006, 4, 1))
        | pl.col('episodicity').str.to_lowercase().str.replace_all('-', ' ')
        .is_in(['review', 'end', 'ended', 'change', 'changed', 'evolved', 'flare up']).fill_null(False)
    )
    depression = extract.entries('condition', 'depression', 'depression_resolved').filter(~no_diagnosis)
    anxiety_or_depression = pl.concat([
        extract.active('anxiety', 'anxiety_resolved'), active_in(depression, 'depression', 'depression_resolved')
    ])
    adults = extract.registered.filter(pl.col('age') >= 18)
    vaccinated = extract.patients('vaccination', 'covid_19_vaccination', since=date(2020, 12, 8))
    return without(keep(adults, bmi, anxiety_or_depression), vaccinated)


def diabetes_hba1c_above_58_no_retinal_or_foot_check(extract: Extract) -> pl.LazyFrame:
    unit = pl.col('unit').str.to_lowercase()
    is_percent = pl.when(unit.is_in(['%', 'mmol/mol'])).then(unit).otherwise(pl.col('unit_of_code')) == '%'
    hba1c = extract.entries('observation', 'hba1c').with_columns(
        value=pl.when(is_percent).then((10.929 * (pl.col('value') - 2.15)).round()).otherwise(pl.col('value'))
    )
    hba1c = latest(hba1c.filter(pl.col('value').is_between(20, 195)), 'event_date', 'value').filter(pl.col('value') > 58)
    checked = keep(
        extract.patients('condition', 'retinal_screening', since=date(2025, 11, 1)),
        extract.patients('condition', 'diabetic_foot_examination', since=date(2025, 11, 1)),
    )
    adults = extract.registered.filter(pl.col('age') >= 17)
    return without(keep(adults, extract.active('diabetes', 'diabetes_resolved'), hba1c), checked)


def hypertension_not_treated_to_target(extract: Extract) -> pl.LazyFrame:
    part = extract.entries(
        'observation',
        'systolic_blood_pressure', 'diastolic_blood_pressure',
        'home_systolic_blood_pressure', 'home_diastolic_blood_pressure',
    )
    value, is_diastolic = pl.col('value'), pl.col('list').str.contains('diastolic')
    # a home reading counts 5 mmHg more
    home = pl.when(pl.col('is_clinic')).then(0).otherwise(5)
    reading = (
        part.filter(pl.col('event_date') > date(2025, 10, 31))
        .filter(pl.when(is_diastolic).then(value.is_between(20, 200)).otherwise(value.is_between(40, 350)))
        .group_by('patient_id', 'event_date', is_clinic=~pl.col('list').str.starts_with('home'))
        .agg(systolic=value.filter(~is_diastolic).max(), diastolic=value.filter(is_diastolic).max())
        .drop_nulls()
    )
    reading = latest(reading, 'event_date', 'is_clinic').with_columns(pl.col('systolic', 'diastolic') + home)
    adults = extract.registered.filter(pl.col('age') >= 18)
    return (
        keep(adults, extract.active('hypertension', 'hypertension_resolved'))
        .join(reading, on='patient_id', how='left')
        .filter(
            pl.col('systolic').is_null()
            | (pl.col('systolic') > pl.when(pl.col('age') >= 80).then(150).otherwise(140))
            | (pl.col('diastolic') > 90)
        )
    )


def asthma_six_relievers_no_preventer(extract: Extract) -> pl.LazyFrame:
    relievers = (
        extract.entries('medication', 'asthma_reliever')
        .filter(pl.col('event_date') > date(2025, 10, 31))
        .group_by('patient_id').agg(days=pl.col('event_date').n_unique())
        .filter(pl.col('days') >= 6)
    )
    patients = extract.registered.filter(pl.col('age') >= 6)
    return without(
        keep(patients, extract.active('asthma', 'asthma_resolved'), relievers),
        extract.patients('medication', 'asthma_inhaler', since=date(2025, 11, 1)),
    )


def atrial_fibrillation_no_anticoagulant(extract: Extract) -> pl.LazyFrame:
    age = pl.col('age')
    patients = flag(
        keep(extract.registered, extract.active('atrial_fibrillation', 'atrial_fibrillation_resolved')),
        stroke=extract.patients('condition', 'stroke', 'transient_ischaemic_attack'),
        heart_failure=extract.active('heart_failure', 'heart_failure_resolved'),
        hypertension=extract.active('hypertension', 'hypertension_resolved'),
        diabetes=extract.active('diabetes', 'diabetes_resolved'),
        vascular_disease=extract.patients('condition', 'coronary_heart_disease', 'peripheral_arterial_disease'),
    )
    score = pl.sum_horizontal(
        pl.col('heart_failure'), pl.col('hypertension') & (age >= 18), age.is_between(65, 74),
        pl.col('diabetes') & (age >= 17), pl.col('vascular_disease'), (pl.col('sex') == 'female').fill_null(False),
    )
    at_risk = patients.filter(pl.col('stroke') | (age >= 75) | (score >= 2))
    return without(at_risk, extract.patients('medication', 'oral_anticoagulant', since=date(2026, 5, 1)))


def aged_5_without_two_mmr_vaccinations(extract: Extract) -> pl.LazyFrame:
    two_doses = (
        extract.entries('vaccination', 'mmr_vaccination')
        .group_by('patient_id').agg(days=pl.col('event_date').n_unique())
        .filter(pl.col('days') >= 2)
    )
    return without(extract.registered.filter(pl.col('age') == 5), two_doses)


def cervical_screening_overdue(extract: Extract) -> pl.LazyFrame:
    screened = extract.patients('condition', 'cervical_screening', since=date(2023, 5, 1))
    screened_from_50 = extract.patients('condition', 'cervical_screening', since=date(2021, 5, 1))
    women = extract.registered.filter(pl.col('sex') == 'female', pl.col('age').is_between(25, 64))
    women = without(
        women,
        extract.patients('condition', 'cervical_screening_unsuitable'),
        extract.patients('condition', 'cervical_screening_declined', since=date(2025, 11, 1)),
        screened,
    )
    return flag(women, is_in_time=screened_from_50).filter((pl.col('age') < 50) | ~pl.col('is_in_time'))


def learning_disability_no_health_check_or_plan(extract: Extract) -> pl.LazyFrame:
    day = pl.col('event_date')
    done = (
        extract.entries('condition', 'learning_disability_health_check', 'health_action_plan')
        .filter(day >= date(2026, 4, 1))
        .group_by('patient_id').agg(
            check=day.filter(pl.col('list') == 'learning_disability_health_check').min(),
            plan=day.filter(pl.col('list') == 'health_action_plan').max(),
        )
        .filter(pl.col('plan') >= pl.col('check'))
    )
    patients = extract.registered.filter(pl.col('age') >= 14)
    return without(keep(patients, extract.active('learning_disability', 'learning_disability_removed')), done)


def pregnant_current_smokers(extract: Extract) -> pl.LazyFrame:
    over = (pl.col('list') == 'pregnancy') & (pl.col('event_date') <= date(2026, 1, 31))
    pregnancy = extract.entries('condition', 'pregnancy', 'pregnancy_ended').filter(~over)
    # of several on one day: current, then ex-smoker
    ranks = {'current smoker': 3, 'ex-smoker': 2, 'never smoked': 1}
    smoking = (
        extract.with_age(extract.entries('condition', 'smoking_status'))
        .filter(pl.col('age_then') >= 11)
        .with_columns(rank=pl.col('category').replace_strict(ranks))
    )
    smokers = latest(smoking, 'event_date', 'rank').filter(pl.col('category') == 'current smoker')
    patients = extract.registered.filter(pl.col('age').is_between(12, 55))
    return keep(patients, active_in(pregnancy, 'pregnancy', 'pregnancy_ended'), smokers)


def covid_19_eligible_not_vaccinated(extract: Extract) -> pl.LazyFrame:
    # of several on one day: homeless, then residential care
    ranks = {'homeless': 3, 'long-term residential care': 2, 'other residence': 1}
    residence = extract.entries('condition', 'residential_status').with_columns(
        rank=pl.col('category').replace_strict(ranks)
    )
    patients = flag(
        extract.registered,
        in_care=latest(residence, 'event_date', 'rank').filter(pl.col('category') == 'long-term residential care'),
        immunosuppression=extract.patients('condition', 'immunosuppression'),
        immunosuppressant=extract.patients('medication', 'immunosuppressant', since=date(2026, 5, 1)),
    )
    eligible = patients.filter(
        (pl.col('age') >= 75)
        | ((pl.col('age') >= 65) & pl.col('in_care'))
        | pl.col('immunosuppression')
        | pl.col('immunosuppressant')
    )
    return without(eligible, extract.patients('vaccination', 'covid_19_vaccination', since=date(2026, 9, 1)))
