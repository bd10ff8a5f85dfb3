"""A daily build makes only the rows of changed patients, and ends with what a whole build would have made."""

import shutil
import sys
from pathlib import Path

import duckdb
import pytest
from conftest import DEMO, PROJECT, dbt_here

sys.path.insert(0, str(PROJECT / 'benchmarks'))
from changed_extract import changed_extract  # noqa: E402

# What is different by nature: these say which build it was.
BUILDS = {'extract_history', 'patient_fingerprint', 'changed_patient', 'extract_version', 'repeated_event_id'}


def differences(one: Path, other: Path) -> dict[str, int]:
    """The rows by which the tables of staging, population and concepts differ, where they do."""
    connection = duckdb.connect()
    connection.execute(f"attach '{one}' as one (read_only); attach '{other}' as other (read_only)")
    tables = connection.execute("""
        select schema_name || '.' || table_name from duckdb_tables()
        where database_name = 'other' and schema_name in ('staging', 'population', 'concepts') and not list_contains(?, table_name)
    """, [list(BUILDS)]).fetchall()
    assert tables
    found = {}
    for table, in tables:
        # Which build made a row is different by nature, too.
        for name in ('one', 'other'):
            connection.execute(f"create or replace temp view {name}_table as select columns(c -> c <> 'build_number') from {name}.{table}")
        rows = connection.execute(f"""
            select count(*) from (
                (from one_table except all from other_table) union all (from other_table except all from one_table)
            )
        """).fetchone()[0]
        if rows:
            found[table] = rows
    return found


def spoil(database: Path, patient: str) -> None:
    """A mark that stays if the patient's rows are left alone, and goes if the table is made whole."""
    with duckdb.connect(str(database)) as connection:
        connection.execute('update concepts.condition_anxiety set first_date = null where patient_id = ?', [patient])


def is_spoilt(database: Path, patient: str) -> bool:
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute('select first_date is null from concepts.condition_anxiety where patient_id = ?', [patient]).fetchone()[0]


def test_a_refresh_of_the_demo_equals_a_whole_build(parsed, built, tmp_path, record_property):
    patients = changed_extract(DEMO, tmp_path / 'next_day', share=0.02)
    with duckdb.connect() as connection:
        unchanged = connection.execute(f"""
            with known as (select patient_id, hash(list(event_id order by event_id)) as record from '{DEMO}/condition.parquet' group by 1),
            next_day as (select patient_id, hash(list(event_id order by event_id)) as record from '{tmp_path}/next_day/condition.parquet' group by 1)
            select patient_id from known join next_day using (patient_id, record) order by hash(patient_id)
        """).fetchall()
    with duckdb.connect(str(built.database), read_only=True) as reader:
        anxious = {patient for patient, in reader.execute('select patient_id from concepts.condition_anxiety where is_active').fetchall()}
    patient = next(patient for patient, in unchanged if patient in anxious)

    databases = {}
    for name, options in {'refresh': [], 'whole': ['--full-refresh']}.items():
        folder = tmp_path / name
        folder.mkdir()
        databases[name] = folder / 'phm.duckdb'
        shutil.copy(built.database, databases[name])
        spoil(databases[name], patient)
        run = dbt_here(
            parsed.deepcopy(), 'run', '--select', 'staging', 'population', 'concepts', *options,
            folder=folder, extract=tmp_path / 'next_day', variables={'extract_date': '2026-11-03'},
        )
        assert run.ok, run.output

    assert is_spoilt(databases['refresh'], patient), 'a table was made whole where its rows of changed patients would have done'
    assert not is_spoilt(databases['whole'], patient)
    spoil(databases['whole'], patient)
    assert differences(databases['refresh'], databases['whole']) == {}
    with duckdb.connect(str(databases['refresh']), read_only=True) as connection:
        changed, everyone = connection.execute('select changed_patients, patients from staging.extract_version').fetchone()
    # Who opts out once more has not changed.
    assert sum(patients.values()) - patients['opted out'] <= changed <= 0.05 * everyone
    record_property('report', ('refresh of the demo', f'{changed} of {everyone} patients changed, equal to a whole build'))


EVERYONE = ['changes', 'stays', 'has it first', 'is left with it', 'day comes'] + [f'other {n}' for n in range(30)]
ANXIETY, RESOLVED = '197480006', '1037391000000102'
FIRST_DAY = [
    ('e1', 'changes', '2020-01-01', ANXIETY),
    ('e2', 'stays', '2020-01-01', ANXIETY),
    # The earlier of the two is accepted.
    ('e3', 'has it first', '2020-01-01', ANXIETY),
    ('e3', 'is left with it', '2020-02-01', ANXIETY),
    ('e4', 'day comes', '2026-11-12', ANXIETY),
]
FOUND = {
    'changes': ('2020-01-01', True), 'stays': ('2020-01-01', True), 'has it first': ('2020-01-01', True),
}


def write_extract(folder: Path, conditions: list[tuple[str, str, str, str]]) -> Path:
    """Everyone above, and these conditions: event_id, patient, day, code."""
    folder.mkdir()
    for table in ['practice', 'lsoa']:
        shutil.copy(DEMO / f'{table}.csv', folder)
    practice = (DEMO / 'practice.csv').read_text(encoding='utf-8').splitlines()[1].split(',')[0]
    lines = {
        'patient': ['patient_id,date_of_birth,sex,practice_code,registration_start_date']
        + [f'{patient},1980-01-01,female,{practice},2000-01-01' for patient in EVERYONE],
        'condition': ['event_id,patient_id,event_date,snomed_code'] + [','.join(condition) for condition in conditions],
        'observation': ['event_id,patient_id,event_date,snomed_code,value,unit', f'o1,stays,2020-01-01,{ANXIETY},,'],
        'vaccination': ['event_id,patient_id,event_date,snomed_code', f'v1,stays,2020-01-01,{ANXIETY}'],
    }
    for table, rows in lines.items():
        (folder / f'{table}.csv').write_text('\n'.join(rows) + '\n', encoding='utf-8')
    return folder


@pytest.fixture
def one_day(parsed, tmp_path):
    """One day's build, of condition_anxiety and what it stands on, in a warehouse that stays."""
    def build(extract_date, conditions, *options, select='+condition_anxiety', change=None, **variables):
        manifest = parsed.deepcopy()
        if change:
            change(manifest)
        extract = tmp_path / extract_date
        if not extract.exists():
            write_extract(extract, conditions)
        return dbt_here(
            manifest, 'build', '--exclude-resource-type', 'test', 'unit_test', 'exposure', '--select', select, *options,
            folder=tmp_path, extract=extract,
            variables={'extract_date': extract_date, 'as_of_date': '2026-11-15', 'max_rejected_share': 0.9, **variables},
        )
    return build


@pytest.fixture
def anxiety(one_day):
    """Whom condition_anxiety finds after one day's build, since when, and whether it holds."""
    def build(*arguments, **options):
        run = one_day(*arguments, **options)
        assert run.ok, run.output
        return {
            patient: (str(first_date), is_active) for patient, first_date, is_active
            in run.rows('select patient_id, first_date, is_active from concepts.condition_anxiety')
        }
    return build


def test_who_has_changed_and_whom_that_concerns_is_made_again(anxiety, tmp_path):
    assert anxiety('2026-11-11', FIRST_DAY) == FOUND
    spoil(tmp_path / 'phm.duckdb', 'stays')
    found = anxiety('2026-11-12', [
        ('e1', 'changes', '2020-01-01', ANXIETY), ('e5', 'changes', '2021-01-01', RESOLVED),
        ('e2', 'stays', '2020-01-01', ANXIETY),
        ('e3', 'is left with it', '2020-02-01', ANXIETY),
        ('e4', 'day comes', '2026-11-12', ANXIETY),
    ])
    assert found == {
        'changes': ('2020-01-01', False), 'stays': ('None', True), 'is left with it': ('2020-02-01', True),
        'day comes': ('2026-11-12', True),
    }


def another_codelist(manifest):
    manifest.nodes['seed.phm.codelist_anxiety'].checksum.checksum = 'that of another list'
    manifest.build_flat_graph()


@pytest.mark.parametrize('reason', ['full refresh', 'as-of date', 'another extract in between', 'codelist', 'most have changed'])
def test_what_else_has_changed_makes_the_table_whole(anxiety, tmp_path, reason):
    anxiety('2026-11-11', FIRST_DAY)
    spoil(tmp_path / 'phm.duckdb', 'stays')
    options, change, variables, conditions = [], None, {}, FIRST_DAY
    if reason == 'full refresh':
        options = ['--full-refresh']
    elif reason == 'as-of date':
        variables = {'as_of_date': '2026-11-16'}
    elif reason == 'another extract in between':
        # A build that stopped before the concept.
        anxiety('2026-11-12', [*FIRST_DAY, ('e9', 'other 1', '2020-01-01', ANXIETY)], select='+stg_condition')
    elif reason == 'codelist':
        change = another_codelist
    else:
        conditions = [*FIRST_DAY, *((f'e1{n}', f'other {n}', '2020-01-01', ANXIETY) for n in range(10))]
    found = anxiety('2026-11-13', conditions, *options, change=change, **variables)
    assert found['stays'] == ('2020-01-01', True)


def test_a_table_of_staging_by_itself_is_refused_if_the_extract_is_another(one_day):
    assert one_day('2026-11-11', FIRST_DAY).ok
    assert one_day('2026-11-11', FIRST_DAY, select='base_condition').ok
    run = one_day('2026-11-12', FIRST_DAY[1:], select='base_condition')
    assert not run.ok
    assert 'are others than at the last build: build that too, with --select +base_condition' in run.output, run.output


def test_a_staged_table_that_a_concept_does_not_read_is_none_of_its_business(anxiety, tmp_path):
    """It may be made before the concept on one day and after it on the next."""
    anxiety('2026-11-11', FIRST_DAY)
    spoil(tmp_path / 'phm.duckdb', 'stays')
    with duckdb.connect(str(tmp_path / 'phm.duckdb')) as connection:
        connection.execute("create table staging.base_medication (event_id varchar); comment on table staging.base_medication is 'made later'")
    assert anxiety('2026-11-12', FIRST_DAY[1:])['stays'] == ('None', True)


def test_a_codelist_that_has_changed_and_is_not_loaded_stops_the_build(one_day):
    without_seeds = ['--exclude', 'resource_type:seed']
    assert one_day('2026-11-11', FIRST_DAY).ok
    assert one_day('2026-11-12', FIRST_DAY[1:], *without_seeds).ok
    run = one_day('2026-11-13', FIRST_DAY, *without_seeds, change=another_codelist)
    assert not run.ok
    assert (
        'seeds/codelists/codelist_anxiety.csv has changed since it was loaded: run a whole dbt build, or load it with '
        'dbt seed --select codelist_anxiety.'
    ) in run.output, run.output
