"""The clinical library, patient for patient, against the oracle's own reading of the extract's files.

The registers of QOF and what else register_oracle.py has a rule for, on the as-of date and a year before.
"""

from datetime import date
from functools import cache

import pytest
from conftest import AS_OF_DATE, DEMO, EXTRACT_DATE
from oracle import load, stage_all
from register_oracle import CONDITIONS, Person, everyone, holds, latest

REGISTERS = sorted([*CONDITIONS, 'obesity'])
MEASUREMENTS = ['bmi', 'blood_pressure', 'hba1c']
# They ask for it by its name, which nobody sees before they run.
pytestmark = pytest.mark.usefixtures('built')

RUNS = [
    pytest.param('built', AS_OF_DATE, id='now'),
    pytest.param('year_before', date(2025, 10, 31), id='a year before', marks=pytest.mark.nightly),
]


@cache
def people(as_of_date: date) -> dict[str, Person]:
    return everyone(*stage_all(load(DEMO), EXTRACT_DATE), as_of_date)


@cache
def register(name: str, as_of_date: date) -> set[str]:
    return {patient_id for patient_id, person in people(as_of_date).items() if holds(name, person)}


@pytest.mark.parametrize(('run', 'as_of_date'), RUNS)
@pytest.mark.parametrize('name', REGISTERS)
def test_a_register_has_the_oracles_patients(request, name, run, as_of_date):
    run = request.getfixturevalue(run)
    found = run.column(f'select patient_id from concepts.condition_{name} left join staging.patient_number using (patient_number) where is_active')
    assert len(found) == len(set(found))
    expected = register(name, as_of_date)
    assert set(found) == expected, {
        'only SQL': sorted(set(found) - expected)[:5], 'only oracle': sorted(expected - set(found))[:5]
    }


@pytest.mark.parametrize('name', REGISTERS)
def test_the_demo_has_patients_on_the_register(name):
    assert len(register(name, AS_OF_DATE)) >= 3, 'the demo has too few patients for this register to be tested'


@pytest.mark.parametrize(('run', 'as_of_date'), RUNS)
@pytest.mark.parametrize('name', MEASUREMENTS)
def test_a_measurement_is_the_oracles_latest(request, name, run, as_of_date):
    diastolic = 'latest_diastolic' if name == 'blood_pressure' else 'null'
    found = request.getfixturevalue(run).rows(f"""
        select patient_id, latest_value, {diastolic}, latest_value_date
        from concepts.observation_{name} left join staging.patient_number using (patient_number)
        where latest_value is not null
    """)
    expected = [
        (patient_id, entry.value, entry.diastolic, entry.event_date)
        for patient_id, person in people(as_of_date).items() if (entry := latest(name, person))
    ]
    assert len(expected) >= 3
    assert sorted(found, key=str) == sorted(expected, key=str)
