"""The first six searches, patient for patient, against the oracle's own reading of the extract's files.

They use every layer; the blocks that later searches are made of have test_search_property.py.
"""

from datetime import date
from functools import cache

import pytest
from conftest import AS_OF_DATE, DEMO, EXTRACT_DATE
from oracle import Result, evaluate, load

SEARCHES = [
    'cohort_high_bmi_anxiety_depression_no_covid_vaccination',
    'cohort_smokers_with_copd_or_severe_mental_illness',
    'cohort_raised_blood_pressure_without_hypertension',
    'cohort_learning_disability_no_influenza_vaccination',
    'cohort_diabetes_core20_bmi_35_or_more',
    'cohort_aged_75_or_over_never_covid_vaccinated',
]
A_YEAR_BEFORE = date(2025, 10, 31)


@cache
def oracle(as_of_date: date = AS_OF_DATE, purpose: str = 'secondary_use') -> Result:
    return evaluate(load(DEMO), as_of_date, EXTRACT_DATE, purpose)


def members(run, search: str, as_of_date: date) -> set[str]:
    return set(run.column(
        f"select patient_id from marts.cohort_flags where {search} and as_of_date = date '{as_of_date}'"
    ))


def test_the_registered_are_those_of_the_oracle(built):
    found = built.rows('select patient_id, age, practice_code, pcn_code, imd_decile, sex from marts.dim_patient')
    expected = [
        (p.patient_id, p.age, p.practice_code, p.pcn_code, p.imd_decile, p.sex)
        for p in oracle().registered.values()
    ]
    assert sorted(found, key=str) == sorted(expected, key=str)


@pytest.mark.parametrize('search', SEARCHES)
def test_search_finds_the_oracles_patients(built, search):
    expected = oracle().members[search]
    assert len(expected) >= 3, 'the demo has too few patients for this search to be a test'
    assert members(built, search, AS_OF_DATE) == expected


@pytest.mark.nightly
@pytest.mark.parametrize('search', SEARCHES)
def test_a_year_before_the_search_finds_the_oracles_patients_of_then(year_before, search):
    expected = oracle(A_YEAR_BEFORE).members[search]
    assert members(year_before, search, A_YEAR_BEFORE) == expected
    assert expected != oracle().members[search]


@pytest.mark.parametrize('search', SEARCHES)
def test_attrition_starts_at_everyone_registered_and_ends_at_the_members(built, search):
    steps = built.column(f"select patients from marts.cohort_attrition where cohort = '{search}' order by step")
    assert steps == oracle().attrition[search]
    assert steps[0] == len(oracle().registered)
    assert steps[-1] == len(oracle().members[search])


def test_direct_care_keeps_opted_out_and_sensitive_patients(direct_care):
    expected = oracle(purpose='direct_care')
    assert set(direct_care.column('select patient_id from marts.cohort_flags')) == set(expected.registered)
    assert len(expected.registered) > len(oracle().registered)
    for search in SEARCHES:
        assert members(direct_care, search, AS_OF_DATE) == expected.members[search]


def test_the_flagship_for_one_network_has_evidence_a_practice_can_read(built):
    rows = built.rows("""
        select recall.patient_id, recall.evidence
        from marts.cohort_recall_list as recall
        inner join marts.dim_practice as practice using (practice_code)
        where
            recall.cohort = 'cohort_high_bmi_anxiety_depression_no_covid_vaccination'
            and practice.pcn_name = 'SOUTH & WEST HEREFORDSHIRE PCN'
    """)
    assert len(rows) >= 3
    for _, evidence in rows:
        aged, bmi, *diagnoses, vaccination = evidence.split('; ')
        assert aged.startswith('Aged ')
        assert bmi.startswith('BMI ') and '(20' in bmi
        assert diagnoses and all(one.startswith(('Anxiety: ', 'Depression: ')) for one in diagnoses)
        assert vaccination == 'No COVID-19 vaccination recorded'
