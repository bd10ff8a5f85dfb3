"""The ten searches as an analyst writes them in pandas, on tables read once and kept in memory.

Each search is a function of the extract and returns the patient_ids that it finds, as of 31 October 2026.
"""

from __future__ import annotations

from functools import cache, cached_property
from pathlib import Path

import pandas as pd

AS_OF = pd.Timestamp('2026-10-31')
EVENT = ['event_id', 'patient_id', 'event_date', 'snomed_code']
COLUMNS = {
    'condition': [*EVENT, 'episodicity'],
    'observation': [*EVENT, 'value', 'unit'],
    'vaccination': EVENT,
    'medication': EVENT,
}


def years_between(start: pd.Series, end: pd.Series) -> pd.Series:
    """Completed years."""
    had_birthday = end.dt.month * 100 + end.dt.day >= start.dt.month * 100 + start.dt.day
    return end.dt.year - start.dt.year - (~had_birthday).astype(int)


class Extract:
    """What ten searches share: the files, the codelists, the registered patients and the entries of a codelist."""

    def __init__(self, folder: Path, codelists: Path):
        self.folder, self.codelists = folder, codelists

    @cached_property
    def codelist(self) -> pd.DataFrame:
        return pd.concat([
            pd.read_csv(file, dtype=str, skipinitialspace=True).assign(list=file.stem.removeprefix('codelist_'))
            for file in sorted(self.codelists.glob('codelist_*.csv'))
        ])

    def small_table(self, name: str) -> pd.DataFrame:
        file = self.folder / f'{name}.parquet'
        return pd.read_parquet(file) if file.exists() else pd.read_csv(file.with_suffix('.csv'), dtype=str)

    @cache
    def events(self, table: str) -> pd.DataFrame:
        # As a categorical, the column of codes is searched several times faster.
        events = pd.read_parquet(self.folder / f'{table}.parquet', columns=COLUMNS[table], read_dictionary=['snomed_code'])
        events['event_date'] = pd.to_datetime(events['event_date'])
        return events

    @cached_property
    def registered(self) -> pd.DataFrame:
        """Alive, with an open registration at a known practice; without those who opted out or are sensitive."""
        patient = self.small_table('patient')
        for column in ['date_of_birth', 'registration_start_date', 'registration_end_date', 'date_of_death']:
            patient[column] = pd.to_datetime(patient[column], errors='coerce', format='ISO8601')
        opted_out = patient.loc[patient[['type_1_opt_out', 'is_sensitive']].eq('true').any(axis=1), 'patient_id']
        patient = patient[patient['practice_code'].isin(self.small_table('practice')['practice_code'])]
        patient = patient.assign(date_of_death=patient.groupby('patient_id')['date_of_death'].transform('min'))
        registered = patient[
            (patient['date_of_birth'] <= AS_OF)
            & (patient['registration_start_date'] <= AS_OF)
            & ~(patient['registration_end_date'] < AS_OF)
            & ~(patient['date_of_death'] <= AS_OF)
            & ~patient['patient_id'].isin(opted_out)
        ]
        registered = latest(registered, 'registration_start_date', 'practice_code')
        sexes = {'1': 'male', 'm': 'male', 'male': 'male', '2': 'female', 'f': 'female', 'female': 'female'}
        return pd.DataFrame({
            'patient_id': registered['patient_id'],
            'date_of_birth': registered['date_of_birth'],
            'age': years_between(registered['date_of_birth'], pd.Series(AS_OF, registered.index)),
            'sex': registered['sex'].str.lower().map(sexes),
        })

    def entries(self, table: str, *lists: str) -> pd.DataFrame:
        """The entries of codelists up to the as-of date; an event_id that comes twice counts once, on its first date."""
        codes, events = self.codelist[self.codelist['list'].isin(lists)], self.events(table)
        found = events[events['snomed_code'].isin(codes['code']) & (events['event_date'] <= AS_OF)]
        found = found.astype({'snomed_code': 'str'}).merge(codes, left_on='snomed_code', right_on='code')
        return found.dropna(subset='patient_id').sort_values('event_date').drop_duplicates(['list', 'event_id'])

    def with_age(self, entries: pd.DataFrame) -> pd.DataFrame:
        """Entries of registered patients, with their age on the day."""
        entries = entries.merge(self.registered, on='patient_id')
        return entries.assign(age_then=years_between(entries['date_of_birth'], entries['event_date']))

    def patients(self, table: str, *lists: str, since: str = '1000-01-01') -> pd.Series:
        """Who has an entry of one of the codelists, since a day."""
        entries = self.entries(table, *lists)
        return entries.loc[entries['event_date'] >= since, 'patient_id'].drop_duplicates()

    def active(self, diagnosis: str, resolved: str) -> pd.Index:
        """Who has a condition that nothing resolved on the day of the last diagnosis or later."""
        return active_in(self.entries('condition', diagnosis, resolved), diagnosis, resolved)


def active_in(entries: pd.DataFrame, diagnosis: str, resolved: str) -> pd.Index:
    last_diagnosis = entries[entries['list'] == diagnosis].groupby('patient_id')['event_date'].max()
    last_resolution = entries[entries['list'] == resolved].groupby('patient_id')['event_date'].max()
    return last_diagnosis.index[~(last_diagnosis <= last_resolution.reindex(last_diagnosis.index))]


def latest(entries: pd.DataFrame, *order: str) -> pd.DataFrame:
    """The last entry of each patient in this order."""
    return entries.sort_values(list(order)).drop_duplicates('patient_id', keep='last')


def high_bmi_anxiety_depression_no_covid_vaccination(extract: Extract) -> pd.Series:
    measured = extract.with_age(extract.entries('observation', 'bmi', 'bmi_category', 'body_weight', 'body_height'))
    found = extract.with_age(extract.entries('condition', 'bmi_category'))
    measured, found = measured[measured['age_then'] >= 18], found[found['age_then'] >= 18]
    height = measured[(measured['list'] == 'body_height') & measured['value'].between(50, 250)]
    height = height.groupby(['event_date', 'patient_id'], as_index=False)['value'].max()
    weight = measured[(measured['list'] == 'body_weight') & measured['value'].between(10, 500)]
    computed = pd.merge_asof(
        weight.sort_values('event_date'), height, on='event_date', by='patient_id', suffixes=('', '_of_height')
    )
    height = computed['value_of_height']
    computed = computed.assign(value=(computed['value'] * 10000 / (height * height)).round(2), is_recorded=False)
    bmi = measured[measured['list'] == 'bmi'].assign(is_recorded=True)
    category = pd.concat([measured[measured['list'] == 'bmi_category'], found])
    category = category.assign(value=category['implied_value'].astype(float), is_recorded=True)
    bmi = pd.concat([bmi, category, computed])[['patient_id', 'event_date', 'is_recorded', 'value']]
    bmi = latest(bmi[bmi['value'].between(10, 150)], 'event_date', 'is_recorded', 'value')
    bmi = bmi[(bmi['event_date'] > '2021-10-31') & (bmi['value'] >= 30)]

    depression = extract.entries('condition', 'depression', 'depression_resolved')
    episode = depression['episodicity'].str.lower().str.replace('-', ' ')
    no_diagnosis = (depression['list'] == 'depression') & (
        (depression['event_date'] < '2006-04-01')
        | episode.isin(['review', 'end', 'ended', 'change', 'changed', 'evolved', 'flare up'])
    )
    depression = active_in(depression[~no_diagnosis], 'depression', 'depression_resolved')

    patient = extract.registered[extract.registered['age'] >= 18]['patient_id']
    return patient[
        patient.isin(bmi['patient_id'])
        & (patient.isin(extract.active('anxiety', 'anxiety_resolved')) | patient.isin(depression))
        & ~patient.isin(extract.patients('vaccination', 'covid_19_vaccination', since='2020-12-08'))
    ]


def diabetes_hba1c_above_58_no_retinal_or_foot_check(extract: Extract) -> pd.Series:
    hba1c = extract.entries('observation', 'hba1c')
    unit = hba1c['unit'].str.lower()
    is_percent = unit.where(unit.isin(['%', 'mmol/mol']), hba1c['unit_of_code']) == '%'
    hba1c = hba1c.assign(value=hba1c['value'].where(~is_percent, (10.929 * (hba1c['value'] - 2.15)).round()))
    hba1c = latest(hba1c[hba1c['value'].between(20, 195)], 'event_date', 'value')
    patient = extract.registered[extract.registered['age'] >= 17]['patient_id']
    return patient[
        patient.isin(extract.active('diabetes', 'diabetes_resolved'))
        & patient.isin(hba1c.loc[hba1c['value'] > 58, 'patient_id'])
        & ~(
            patient.isin(extract.patients('condition', 'retinal_screening', since='2025-11-01'))
            & patient.isin(extract.patients('condition', 'diabetic_foot_examination', since='2025-11-01'))
        )
    ]


def hypertension_not_treated_to_target(extract: Extract) -> pd.Series:
    part = extract.entries(
        'observation',
        'systolic_blood_pressure', 'diastolic_blood_pressure',
        'home_systolic_blood_pressure', 'home_diastolic_blood_pressure',
    )
    part = part[part['event_date'] > '2025-10-31']
    part = part.assign(
        is_clinic=~part['list'].str.startswith('home'),
        part=part['list'].str.contains('diastolic').map({True: 'diastolic', False: 'systolic'}),
    )
    plausible = part['value'].between(20, 200).where(part['part'] == 'diastolic', part['value'].between(40, 350))
    reading = part[plausible].groupby(['patient_id', 'event_date', 'is_clinic', 'part'])['value'].max().unstack().dropna()
    # a home reading counts 5 mmHg more
    reading = latest(reading.reset_index(), 'event_date', 'is_clinic')
    allowance = reading['is_clinic'].map({True: 0, False: 5})
    reading = reading.assign(systolic=reading['systolic'] + allowance, diastolic=reading['diastolic'] + allowance)
    patient = extract.registered[extract.registered['age'] >= 18].merge(reading, on='patient_id', how='left')
    target = patient['age'].ge(80).map({True: 150, False: 140})
    return patient['patient_id'][
        patient['patient_id'].isin(extract.active('hypertension', 'hypertension_resolved'))
        & (patient['systolic'].isna() | (patient['systolic'] > target) | (patient['diastolic'] > 90))
    ]


def asthma_six_relievers_no_preventer(extract: Extract) -> pd.Series:
    reliever = extract.entries('medication', 'asthma_reliever')
    days = reliever[reliever['event_date'] > '2025-10-31'].groupby('patient_id')['event_date'].nunique()
    patient = extract.registered[extract.registered['age'] >= 6]['patient_id']
    return patient[
        patient.isin(extract.active('asthma', 'asthma_resolved'))
        & patient.isin(days.index[days >= 6])
        & ~patient.isin(extract.patients('medication', 'asthma_inhaler', since='2025-11-01'))
    ]


def atrial_fibrillation_no_anticoagulant(extract: Extract) -> pd.Series:
    patient = extract.registered
    patient = patient[patient['patient_id'].isin(extract.active('atrial_fibrillation', 'atrial_fibrillation_resolved'))]
    ids, age = patient['patient_id'], patient['age']
    scores_two = (age >= 75) | ids.isin(extract.patients('condition', 'stroke', 'transient_ischaemic_attack'))
    score = sum(part.astype(int) for part in [
        ids.isin(extract.active('heart_failure', 'heart_failure_resolved')),
        (age >= 18) & ids.isin(extract.active('hypertension', 'hypertension_resolved')),
        age.between(65, 74),
        (age >= 17) & ids.isin(extract.active('diabetes', 'diabetes_resolved')),
        ids.isin(extract.patients('condition', 'coronary_heart_disease', 'peripheral_arterial_disease')),
        patient['sex'] == 'female',
    ])
    return ids[
        (scores_two | (score >= 2))
        & ~ids.isin(extract.patients('medication', 'oral_anticoagulant', since='2026-05-01'))
    ]


def aged_5_without_two_mmr_vaccinations(extract: Extract) -> pd.Series:
    days = extract.entries('vaccination', 'mmr_vaccination').groupby('patient_id')['event_date'].nunique()
    patient = extract.registered[extract.registered['age'] == 5]['patient_id']
    return patient[~patient.isin(days.index[days >= 2])]


def cervical_screening_overdue(extract: Extract) -> pd.Series:
    patient = extract.registered
    patient = patient[(patient['sex'] == 'female') & patient['age'].between(25, 64)]
    ids = patient['patient_id']
    in_time = ids.isin(extract.patients('condition', 'cervical_screening', since='2023-05-01')) | (
        (patient['age'] >= 50) & ids.isin(extract.patients('condition', 'cervical_screening', since='2021-05-01'))
    )
    return ids[
        ~in_time
        & ~ids.isin(extract.patients('condition', 'cervical_screening_unsuitable'))
        & ~ids.isin(extract.patients('condition', 'cervical_screening_declined', since='2025-11-01'))
    ]


def learning_disability_no_health_check_or_plan(extract: Extract) -> pd.Series:
    this_year = extract.entries('condition', 'learning_disability_health_check', 'health_action_plan')
    this_year = this_year[this_year['event_date'] >= '2026-04-01']
    check = this_year[this_year['list'] == 'learning_disability_health_check'].groupby('patient_id')['event_date'].min()
    plan = this_year[this_year['list'] == 'health_action_plan'].groupby('patient_id')['event_date'].max()
    both = pd.concat([check.rename('check'), plan.rename('plan')], axis=1)
    patient = extract.registered[extract.registered['age'] >= 14]['patient_id']
    return patient[
        patient.isin(extract.active('learning_disability', 'learning_disability_removed'))
        & ~patient.isin(both.index[both['plan'] >= both['check']])
    ]


def pregnant_current_smokers(extract: Extract) -> pd.Series:
    pregnancy = extract.entries('condition', 'pregnancy', 'pregnancy_ended')
    over = (pregnancy['list'] == 'pregnancy') & (pregnancy['event_date'] <= '2026-01-31')
    smoking = extract.with_age(extract.entries('condition', 'smoking_status'))
    # of several on one day: current, then ex-smoker
    smoking['rank'] = smoking['category'].map({'current smoker': 3, 'ex-smoker': 2, 'never smoked': 1})
    smoking = latest(smoking[smoking['age_then'] >= 11], 'event_date', 'rank')
    patient = extract.registered[extract.registered['age'].between(12, 55)]['patient_id']
    return patient[
        patient.isin(active_in(pregnancy[~over], 'pregnancy', 'pregnancy_ended'))
        & patient.isin(smoking.loc[smoking['category'] == 'current smoker', 'patient_id'])
    ]


def covid_19_eligible_not_vaccinated(extract: Extract) -> pd.Series:
    residence = extract.entries('condition', 'residential_status')
    # of several on one day: homeless, then residential care
    residence['rank'] = residence['category'].map({'homeless': 3, 'long-term residential care': 2, 'other residence': 1})
    residence = latest(residence, 'event_date', 'rank')
    in_care = residence.loc[residence['category'] == 'long-term residential care', 'patient_id']
    ids, age = extract.registered['patient_id'], extract.registered['age']
    return ids[
        (
            (age >= 75)
            | ((age >= 65) & ids.isin(in_care))
            | ids.isin(extract.patients('condition', 'immunosuppression'))
            | ids.isin(extract.patients('medication', 'immunosuppressant', since='2026-05-01'))
        )
        & ~ids.isin(extract.patients('vaccination', 'covid_19_vaccination', since='2026-09-01'))
    ]
