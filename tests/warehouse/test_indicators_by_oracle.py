"""The indicators, patient for patient and area for area, against the oracle's own reading of the extract's files.

On the as-of date and a year before; and once more with entries strewn over the records, on the days where
the rules change their minds, because the demo has few or none of some of them.
"""

import random
import shutil
from datetime import date, timedelta
from functools import cache
from graphlib import TopologicalSorter
from itertools import product

import duckdb
import pytest
from conftest import AS_OF_DATE, DEMO, EXTRACT_DATE
from indicator_oracle import INDICATORS, Judged, achievement, judged
from oracle import EVENT_TABLES, Event, load
from register_oracle import age_of, age_on, codelist, shift

# They ask for it by its name, which nobody sees before they run.
pytestmark = pytest.mark.usefixtures('built')

RUNS = [
    pytest.param('built', AS_OF_DATE, id='now'),
    pytest.param('year_before', date(2025, 10, 31), id='a year before', marks=pytest.mark.nightly),
]
# Where the demo does not have both a patient who achieves the measure and one who does not, and why.
NOT_BOTH = {
    'indicator_core20plus5_diabetes_children_hba1c': 'no child of the demo has diabetes',
}


@cache
def oracle(as_of_date: date) -> Judged:
    return judged(load(DEMO), as_of_date, EXTRACT_DATE)


def text(row: tuple) -> str:
    return ' | '.join(map(str, row))


@pytest.mark.parametrize(('run', 'as_of_date'), RUNS)
@pytest.mark.parametrize('indicator', INDICATORS)
def test_each_patient_has_the_oracles_status_and_reason(request, indicator, run, as_of_date):
    found = request.getfixturevalue(run).rows(f"""
        select patient_id, status, reason from marts.indicator_status
        where indicator = '{indicator}' and as_of_date = date '{as_of_date}'
    """)
    assert len(found) == len({patient_id for patient_id, *_ in found})
    expected = {(patient_id, *status) for patient_id, status in oracle(as_of_date).status[indicator].items()}
    assert set(found) == expected, {
        'only SQL': sorted(set(found) - expected, key=text)[:5], 'only oracle': sorted(expected - set(found), key=text)[:5]
    }


@pytest.mark.parametrize(('run', 'as_of_date'), RUNS)
def test_each_area_has_the_oracles_achievement(request, run, as_of_date):
    found = request.getfixturevalue(run).rows(f"""
        select
            indicator, area_type, area_code, denominator, excluded, numerator, achievement, threshold_year,
            lower_threshold, upper_threshold, patients_to_lower_threshold, patients_to_upper_threshold
        from marts.des_achievement where as_of_date = date '{as_of_date}'
    """)
    assert sorted(found, key=text) == sorted(achievement(oracle(as_of_date)), key=text)


def test_the_oracle_knows_every_indicator(built):
    assert set(built.column('select indicator from marts.dim_indicator')) == set(INDICATORS)


@pytest.mark.parametrize('indicator', INDICATORS)
def test_the_demo_has_patients_who_achieve_the_measure_and_who_do_not(indicator):
    statuses = {status for status, _ in oracle(AS_OF_DATE).status[indicator].values()}
    has_both = {'achieved', 'not achieved'} <= statuses
    assert has_both != (indicator in NOT_BOTH), statuses


# -- Entries strewn over the demo ------------------------------------------------------------------

# On both sides of the edges of every window.
EDGES = [
    AS_OF_DATE, date(2026, 9, 1), date(2026, 4, 1), date(2024, 4, 1), date(2026, 10, 1), date(2026, 9, 24),
    *(shift(AS_OF_DATE, span, -1) + timedelta(days=1) for span in ('6 months', '12 months', '24 months')),
]  # fmt: skip
DAYS = [day - timedelta(days=before) for day in EDGES for before in (0, 1)]
# Around every bound; they are the same for all measurements, as most are plausible for most.
VALUES = [2.0, 2.1, 19.9, 20, 39.9, 40, 85, 86, 89, 90, 91, 134, 135, 136, 139, 140, 141, 145, 146, 150, 151, None]


def models_up_to_the_indicators(run) -> tuple[list[dict], list[str]]:
    """The concepts, searches and indicators, in the order in which they are built; the codelists they read."""
    nodes = run.manifest()['nodes']
    parents, todo = {}, [f'model.phm.{name}' for name in INDICATORS]
    while todo:
        key = todo.pop()
        if nodes[key]['schema'] in ('concepts', 'cohorts', 'indicators') and key not in parents:
            parents[key] = nodes[key]['depends_on']['nodes']
            todo += parents[key]
    ordered = list(TopologicalSorter(parents).static_order())
    codelists = sorted(nodes[key]['name'] for key in ordered if nodes[key]['schema'] == 'codelists')
    return [nodes[key] for key in ordered if key in parents], [name.removeprefix('codelist_') for name in codelists]


def strewn(codelists: list[str]) -> dict[str, list[Event]]:
    """Entries of each codelist, in its own table and in others; blood pressures in pairs."""
    chance, found = random.Random(1), {table: [] for table in EVENT_TABLES}
    people, registered = oracle(AS_OF_DATE).people, sorted(oracle(AS_OF_DATE).registered)
    children = [patient_id for patient_id in registered if age_of(people[patient_id]) < 18]
    # Few patients have many entries, so that they meet.
    patients = chance.sample(registered, 100) + chance.sample(children, 50)
    for name, table in product(codelists, EVENT_TABLES):
        for patient_id, place in product(chance.sample(patients, 40), range(3)):
            day = chance.choice(DAYS)
            for part in dict.fromkeys([name, name.replace('systolic', 'diastolic')]):
                if people[patient_id].date_of_birth <= day:
                    found[table].append(Event(
                        event_id=f'strewn {place} {part} {name}',
                        patient_id=patient_id,
                        event_date=day,
                        snomed_code=chance.choice(list(codelist(part))),
                        value=chance.choice(VALUES) if table == 'observation' else None,
                    ))  # fmt: skip
    return found


def test_with_entries_strewn_over_the_demo_each_patient_has_the_oracles_status_and_reason(
    built, tmp_path, monkeypatch
):
    models, codelists = models_up_to_the_indicators(built)
    empty = {name: str(900_000 + place) for place, name in enumerate(codelists) if not codelist(name)}
    for name, code in empty.items():
        monkeypatch.setitem(codelist(name), code, {'code': code, 'term': name})
    further = strewn(codelists)
    expected = judged(load(DEMO), AS_OF_DATE, EXTRACT_DATE, further)
    shutil.copy(built.database, tmp_path / 'phm.duckdb')
    with duckdb.connect(str(tmp_path / 'phm.duckdb')) as warehouse:
        for name, code in empty.items():
            warehouse.execute(f"insert into codelists.codelist_{name} (code, term) values ('{code}', '{name}')")
        numbers = dict(warehouse.sql('select patient_id, patient_number from staging.patient_number').fetchall())
        for table, events in further.items():
            rows = ', '.join(
                f"('{e.event_id}', {numbers[e.patient_id]}, date '{e.event_date}', {e.snomed_code},"
                f' {age_on(e.event_date, expected.people[e.patient_id].date_of_birth)}, {e.value or "null"})'
                for e in events
            )
            warehouse.execute(f"""
                create table staging.with_strewn as
                from staging.stg_{table}
                union all by name
                select * exclude (value) {', value' if table == 'observation' else ''}
                from (values {rows}) as entry (event_id, patient_number, event_date, code_number, age_at_event, value);
                drop view staging.stg_{table};
                alter table staging.with_strewn rename to stg_{table};
            """)
        for model in models:
            warehouse.execute(f'create or replace table {model["schema"]}.{model["name"]} as {model["compiled_code"]}')
        for indicator in INDICATORS:
            found = set(warehouse.sql(f'select patient_id, status, reason from indicators.{indicator}').fetchall())
            agreed = {(patient_id, *status) for patient_id, status in expected.status[indicator].items()}
            assert found == agreed, (indicator, sorted(found - agreed, key=text)[:5], sorted(agreed - found, key=text)[:5])
            assert {'achieved', 'not achieved'} <= {status for _, status, _ in agreed}, indicator
    reasons = {status for of_patient in expected.status.values() for status in of_patient.values()}
    assert {reason for status, reason in reasons if status == 'excluded'} == {
        'Action plan declined this year',
        'Allergic, or contraindicated in 12 months',
        'Declined this season',
        'First raised in the last 6 months of the year',
        'Health check declined this year',
        'Invited twice, 7 days apart',
        'Palliative care',
    }
