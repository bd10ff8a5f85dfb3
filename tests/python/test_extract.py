"""The extract: nothing is lost in silence, and a file that cannot be used stops the build in one sentence."""

import shutil

import duckdb
import pytest
from conftest import AS_OF_DATE, DEMO, EXTRACT_DATE, dbt
from oracle import evaluate, load

TABLES = ['patient', 'condition', 'observation', 'vaccination', 'medication', 'practice', 'lsoa']


@pytest.mark.parametrize('table', TABLES)
def test_rows_are_accepted_and_rejected_as_the_oracle_says(built, table):
    expected = evaluate(load(DEMO), AS_OF_DATE, EXTRACT_DATE)
    accepted = built.column(f'select count(*) from staging.stg_{table}')[0]
    reasons = dict(built.rows(f'select rejection_reason, count(*) from staging.stg_{table}_rejected group by all'))
    assert accepted == expected.accepted[table]
    assert reasons == dict(expected.rejection_reasons[table])
    summary = built.rows(f"""
        select rows_received, rows_accepted, rows_rejected
        from marts.data_quality_summary where table_name = '{table}'
    """)[0]
    assert summary == (accepted + sum(reasons.values()), accepted, sum(reasons.values()))


def test_the_demo_is_dirty_in_every_way_that_events_can_be(built):
    found = set(built.column('select rejection_reason from staging.stg_observation_rejected'))
    assert {
        'missing patient_id', 'missing event_date', 'missing snomed_code', 'duplicate event_id',
        'unknown patient', 'before birth', 'after death', 'in the future',
    } <= found


def test_a_rejected_row_keeps_its_values(built):
    rejected = built.column(
        "select event_date from staging.stg_condition_rejected where rejection_reason = 'in the future'"
    )
    assert rejected and all(day > str(EXTRACT_DATE) for day in rejected)


@pytest.fixture(scope='module')
def folder(tmp_path_factory):
    """One place for all builds of this file, so that dbt parses the project once."""
    return tmp_path_factory.mktemp('extracts')


@pytest.fixture
def extract(folder):
    """A copy of the demo extract that a test may spoil."""
    shutil.rmtree(folder / 'extract', ignore_errors=True)
    return shutil.copytree(DEMO, folder / 'extract')


def convert(source, destination, select='*'):
    duckdb.sql(f"copy (select {select} from '{source}') to '{destination}'")


def test_csv_and_parquet_give_the_same_warehouse(built, extract, folder):
    """The demo has some of each; here every table comes in the other format."""
    for file in list(extract.iterdir()):
        if file.suffix == '.parquet':
            convert(file, file.with_suffix('.csv'))
        else:
            duckdb.sql(f"copy (from read_csv('{file}', all_varchar = true)) to '{file.with_suffix('.parquet')}'")
        file.unlink()
    search = 'cohort_high_bmi_anxiety_depression_no_covid_vaccination'
    run = dbt(
        'build', '--select', 'models/staging', '+dim_patient', 'data_quality_summary', f'+{search}',
        '--exclude-resource-type', 'test', 'unit_test', folder=folder, extract=extract,
    )
    assert run.ok, run.output
    tables = ['marts.dim_patient', 'marts.data_quality_summary', f'cohorts.{search}']
    tables += [f'staging.stg_{table}' for table in ['condition', 'observation', 'vaccination', 'medication']]
    for table in tables:
        query = f'select * from {table} order by all'
        assert run.rows(query) == built.rows(query)


def test_optional_files_and_columns_may_be_missing_and_extra_ones_are_ignored(extract, folder):
    (extract / 'medication.parquet').unlink()
    source = extract / 'patient.csv'
    convert(source, extract / 'patient.parquet', select='''
        'extra' as surplus, * exclude (ethnic_category, type_1_opt_out, national_data_opt_out, is_sensitive)
    ''')
    source.unlink()
    run = dbt('build', '--exclude-resource-type', 'unit_test', folder=folder, extract=extract)
    assert run.ok, run.output
    assert run.column('select distinct ethnic_group from marts.dim_patient') == ['unknown']
    assert run.column('select count(*) from staging.stg_medication') == [0]


def test_what_other_tools_write_is_read(built, extract, folder):
    """Dates as timestamps (pandas), identifiers as whole numbers, a byte-order mark, CRLF, other case in the header."""
    source = extract / 'condition.parquet'
    convert(source, extract / 'new.parquet', "* replace (cast(event_date as timestamp) as event_date, try_cast(snomed_code as bigint) as snomed_code)")
    (extract / 'new.parquet').replace(source)
    patient = extract / 'patient.csv'
    lines = patient.read_text(encoding='utf-8').split('\n')
    patient.write_bytes('\r\n'.join([lines[0].upper(), *lines[1:]]).encode('utf-8-sig'))
    run = dbt('run', '--select', '+stg_condition', folder=folder, extract=extract)
    assert run.ok, run.output
    for table in ['patient', 'condition']:
        query = f'select * from staging.stg_{table} order by all'
        assert run.rows(query) == built.rows(query)


def remove(table):
    def spoil(extract):
        for file in extract.glob(f'{table}.*'):
            file.unlink()
    return spoil


def parquet_without(table, column):
    def spoil(extract):
        source = extract / f'{table}.parquet'
        convert(source, extract / 'new.parquet', f'* exclude ({column})')
        (extract / 'new.parquet').replace(source)
    return spoil


def csv_without(table, column):
    def spoil(extract):
        file = extract / f'{table}.csv'
        file.write_text(file.read_text(encoding='utf-8').replace(column, 'something_else', 1))
    return spoil


def code_as_number(extract):
    source = extract / 'condition.parquet'
    convert(source, extract / 'new.parquet', '* replace (try_cast(snomed_code as double) as snomed_code)')
    (extract / 'new.parquet').replace(source)


def two_files(extract):
    convert(extract / 'patient.csv', extract / 'patient.parquet')


def empty_file(extract):
    (extract / 'lsoa.csv').write_text('')


def edit(table, old, new, encoding='utf-8'):
    def spoil(extract):
        file = extract / f'{table}.csv'
        file.write_bytes(file.read_text(encoding='utf-8').replace(old, new, 1).encode(encoding))
    return spoil


def without_header(extract):
    file = extract / 'patient.csv'
    file.write_text(file.read_text(encoding='utf-8').split('\n', 1)[1], encoding='utf-8')


def truncated(extract):
    source = extract / 'condition.parquet'
    source.write_bytes(source.read_bytes()[:5000])


A_PATIENT, ANOTHER = 'SYN0000001,', 'SYN0000002,'


@pytest.mark.parametrize(('spoil', 'sentence'), [
    (remove('patient'), 'has neither {extract}/patient.parquet nor {extract}/patient.csv, and the table patient is required'),
    (csv_without('patient', 'date_of_birth'), '{extract}/patient.csv has no column date_of_birth, which is required'),
    (parquet_without('observation', 'snomed_code'), '{extract}/observation.parquet has no column snomed_code, which is required'),
    (empty_file, '{extract}/lsoa.csv has no column lsoa_code, which is required'),
    (code_as_number, '{extract}/condition.parquet holds the column snomed_code as a floating-point number'),
    (csv_without('patient', 'sex'), '{extract}/patient.csv has no column sex, which is required'),
    (edit('patient', ANOTHER, ANOTHER + 'Jane Doe,'), '{extract}/patient.csv, line 3 has more values than the header has columns'),
    (edit('patient', A_PATIENT, ''), '{extract}/patient.csv, line 2 has fewer values than the header has columns'),
    (edit('patient', A_PATIENT, 'SYN0000001é,', 'latin-1'), '{extract}/patient.csv, line 2 is not UTF-8'),
    (edit('patient', A_PATIENT, A_PATIENT + '"'), 'patient.csv, line 2 has a quotation mark that is not closed'),
    (without_header, 'has no column patient_id, which is required; of the columns expected it has none: is the header row missing?'),
    (truncated, "No magic bytes found at end of file '{extract}/condition.parquet'"),
    (two_files, 'has both {extract}/patient.parquet and {extract}/patient.csv: remove the one that is out of date.'),
], ids=[
    'no patient', 'csv column', 'parquet column', 'empty file', 'code as number', 'no sex',
    'too many values', 'too few values', 'not UTF-8', 'open quotation', 'no header', 'truncated', 'two files',
])
def test_an_unusable_extract_stops_the_build_with_one_sentence(extract, folder, spoil, sentence):
    spoil(extract)
    run = dbt('build', folder=folder, extract=extract)
    assert not run.ok
    assert sentence.format(extract=extract) in ' '.join(run.output.split())
    assert 'Traceback' not in run.output
    assert 'START sql' not in run.output, 'something was built from an unusable extract'
    log = (folder / 'logs' / 'dbt.log').read_text(encoding='utf-8')
    assert 'SYN0' not in (run.output + log).upper(), 'a patient is in the output or the log'


def test_a_folder_that_does_not_exist_is_named(folder, extract):
    shutil.rmtree(extract)
    run = dbt('build', folder=folder, extract=extract)
    assert not run.ok
    assert f'{extract}/patient.csv' in run.output
    assert 'Traceback' not in run.output
