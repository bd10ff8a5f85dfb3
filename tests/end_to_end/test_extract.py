"""The extract: nothing is lost in silence, and a file that cannot be used stops the build in one sentence."""

import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import conftest
import duckdb
import pytest
from conftest import DEMO, EXTRACT_DATE, PROJECT, Run, part_of_project
from nhs_numbers import nhs_number
from oracle import load, stage_all

TABLES = ['patient', 'condition', 'observation', 'vaccination', 'medication', 'practice', 'lsoa']


@pytest.fixture(scope='module')
def expected():
    return stage_all(load(DEMO), EXTRACT_DATE)[0]


@pytest.mark.parametrize('table', TABLES)
def test_rows_are_accepted_and_rejected_as_the_oracle_says(built, expected, table):
    accepted = built.column(f'select count(*) from staging.stg_{table}')[0]
    reasons = dict(built.rows(f'select rejection_reason, count(*) from staging.stg_{table}_rejected group by all'))
    assert accepted == len(expected[table].accepted)
    assert reasons == dict(expected[table].reasons)
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


# --------------------------------------------------------------------------------------
# A small extract of clean rows, as CSV, for tests to spoil
# --------------------------------------------------------------------------------------

CODES = {'condition': '44054006', 'observation': '60621009', 'vaccination': '1324681000000101', 'medication': '10312003'}
PATIENTS, EVENTS = 40, 100


def rows_of(table: str) -> list[str]:
    if table == 'patient':
        return [
            'patient_id,date_of_birth,sex,ethnic_category,lsoa_code,practice_code,registration_start_date,date_of_death,type_1_opt_out',
            *(f'SECRET{n:04},1980-05-20,{n % 2 + 1},A,E01000001,M8100{n % 2 + 1},2010-01-01,,false' for n in range(PATIENTS)),
        ]
    if table == 'practice':
        return ['practice_code,practice_name,pcn_code,pcn_name,place', 'M81001,North,U1,One,Here', 'M81002,South,,,Here']
    if table == 'lsoa':
        return ['lsoa_code,imd_decile,rural_urban,local_authority', 'E01000001,1,UN1,Here']
    header, value = (',value,unit', ',31.5,kg/m2') if table == 'observation' else ('', '')
    return [f'event_id,patient_id,event_date,snomed_code{header}', *(
        f'{table}{n},SECRET{n % PATIENTS:04},2026-10-{n % 28 + 1:02},{CODES[table]}{value}' for n in range(EVENTS)
    )]


@pytest.fixture
def extract(tmp_path):
    folder = tmp_path / 'extract'
    folder.mkdir()
    for table in TABLES:
        (folder / f'{table}.csv').write_text('\n'.join(rows_of(table)) + '\n', encoding='utf-8')
    return folder


@pytest.fixture(scope='module')
def in_process(parsed, tmp_path_factory) -> Callable[..., Run]:
    """Runs dbt in this process, on staging, what reports on it, and dim_patient; the warehouse takes any extract, as it forgets what it holds."""
    folder = tmp_path_factory.mktemp('in_process')
    models = [node.name for node in parsed.nodes.values() if {'staging', 'data_quality'} & set(node.fqn) and node.resource_type == 'model']
    manifest = part_of_project(parsed.deepcopy(), 'dim_patient', *models)

    def run(*arguments: str, extract: Path = DEMO, variables: dict | None = None) -> Run:
        with duckdb.connect(str(folder / 'phm.duckdb')) as connection:
            for schema in ('warehouse', 'marts'):
                connection.execute(f'drop schema if exists {schema} cascade')
            connection.execute('create schema if not exists staging; drop table if exists staging.patient_number')
        return conftest.dbt_here(manifest, *arguments, folder=folder, extract=extract, variables=variables)

    return run


@pytest.fixture(scope='module')
def dbt_here(in_process):
    """dbt in this process; the seeds that staging and the population read are there."""
    run = in_process('seed', '--select', 'ref_sex', 'ref_ethnic_category', 'ref_rural_urban', 'ref_age_band')
    assert run.ok, run.output
    return in_process


def convert(source, destination, select='*'):
    """Writes a file of the extract in the other format."""
    reading = f"read_csv('{source}', all_varchar = true)" if source.suffix == '.csv' else f"'{source}'"
    duckdb.sql(f"copy (select {select} from {reading}) to '{destination}'")
    source.unlink()


def edit(table, old, new, encoding='utf-8', count=1):
    """Replaces text in the CSV of a table."""
    return change(table, lambda text: text.decode().replace(old, new, count).encode(encoding))


def change(table, to):
    """Makes other bytes of the CSV of a table."""
    def spoil(extract):
        file = extract / f'{table}.csv'
        file.write_bytes(to(file.read_bytes()))
    return spoil


def parquet(table, select='*', to=None):
    """Brings a table as Parquet, with other columns or other bytes."""
    def spoil(extract):
        file = extract / f'{table}.parquet'
        convert(extract / f'{table}.csv', file, select)
        if to:
            file.write_bytes(to(file.read_bytes()))
    return spoil


def two_files(extract):
    text = (extract / 'patient.csv').read_bytes()
    parquet('patient')(extract)
    (extract / 'patient.csv').write_bytes(text)


# --------------------------------------------------------------------------------------
# Files that stop the build
# --------------------------------------------------------------------------------------

def nhs_numbers(form='{0}{1}{2}', of=PATIENTS):
    """The patient_id of so many patients, in every table, becomes an NHS number."""
    def spoil(extract):
        for file in extract.glob('*.csv'):
            text = file.read_text(encoding='utf-8')
            for n in range(of):
                number = nhs_number(n)
                text = text.replace(f'SECRET{n:04}', form.format(number[:3], number[3:6], number[6:]))
            file.write_text(text, encoding='utf-8')
    return spoil


def nhs_numbers_of_events(extract):
    lines = [line.split(',', 1) for line in rows_of('condition')]
    text = [','.join(lines[0]), *(f'{nhs_number(n)},{rest}' for n, (_, rest) in enumerate(lines[1:]))]
    (extract / 'condition.csv').write_text('\n'.join(text), encoding='utf-8')


def first_line(text):
    return text.split(b'\n', 1)[0] + b'\n'


def header_only_parquet(extract):
    parquet('condition')(extract)
    duckdb.sql(f"copy (from '{extract}/condition.parquet' limit 0) to '{extract}/none.parquet'")
    (extract / 'none.parquet').replace(extract / 'condition.parquet')


SPOILT = {
    'no file': (lambda extract: (extract / 'patient.csv').unlink(),
        '{extract}/patient.parquet nor {extract}/patient.csv, and the table patient is required'),
    'no folder': (shutil.rmtree, '{extract}/patient.csv, and the table patient is required'),
    'two files': (two_files, 'has both {extract}/patient.parquet and {extract}/patient.csv: remove the one that is out of date.'),
    'empty': (change('lsoa', lambda text: b''),
        '{extract}/lsoa.csv is empty, or its first line is: it must begin with the names of the columns.'),
    'header only': (change('condition', first_line),
        '{extract}/condition.csv has the names of its columns and no rows, and the table condition is required'),
    'no rows, Parquet': (header_only_parquet, '{extract}/condition.parquet has the names of its columns and no rows'),
    'cut short in a row': (change('condition', lambda text: text[:-20]),
        '{extract}/condition.csv, line 101 has fewer values than the header has columns'),
    'cut short, Parquet': (parquet('condition', to=lambda file: file[:len(file) // 2]),
        '{extract}/condition.parquet cannot be read as Parquet: it is empty, was cut short or is another kind of file'),
    'empty, Parquet': (parquet('condition', to=lambda file: b''), '{extract}/condition.parquet cannot be read as Parquet'),
    'CSV named .parquet': (lambda extract: (extract / 'condition.csv').rename(extract / 'condition.parquet'),
        '{extract}/condition.parquet cannot be read as Parquet'),
    'semicolons': (edit('patient', ',', ';', count=-1), '{extract}/patient.csv has semicolons between its values: write it with commas.'),
    'tabs': (edit('patient', ',', '\t', count=-1), '{extract}/patient.csv has tabs between its values: write it with commas.'),
    'Windows-1252': (edit('practice', 'South', 'Trefyclô', encoding='cp1252'), '{extract}/practice.csv, line 3 is not UTF-8'),
    'UTF-16': (edit('practice', '', '', encoding='utf-16'),
        '{extract}/practice.csv has no column practice_code, which is required; of the columns expected it has none'),
    'too many values': (edit('patient', 'SECRET0001,', 'SECRET0001,Jane Doe,'),
        '{extract}/patient.csv, line 3 has more values than the header has columns'),
    'too few values': (edit('patient', 'SECRET0000,', ''), '{extract}/patient.csv, line 2 has fewer values than the header has columns'),
    'open quotation': (edit('patient', 'SECRET0000,', 'SECRET0000,"'), '{extract}/patient.csv, line 2 has a quotation mark that is not closed'),
    'no header': (change('patient', lambda text: text.split(b'\n', 1)[1]),
        'has no column patient_id, which is required; of the columns expected it has none: is the header row missing, or the file not UTF-8?'),
    'no header, and a value like a name': (
        change('patient', lambda text: text.split(b'\n', 1)[1].replace(b'SECRET0000', b'Patient Idd', 1)),
        'has no column patient_id, which is required; of the columns expected it has none'),
    'column left out': (parquet('observation', '* exclude (snomed_code)'),
        '{extract}/observation.parquet has no column snomed_code, which is required; of the columns expected it has event_id'),
    'column renamed': (edit('patient', 'date_of_birth', 'DateOfBirth'),
        '{extract}/patient.csv has no column date_of_birth, which is required; if dateofbirth is it, rename that.'),
    'column renamed, Parquet': (parquet('condition', '* rename (snomed_code as snomed_concept_code)'),
        '{extract}/condition.parquet has no column snomed_code, which is required; if snomed_concept_code is it, rename that.'),
    'column under another word': (edit('patient', 'sex', 'gender'), '{extract}/patient.csv has no column sex, which is required; of'),
    'column twice': (edit('patient', 'ethnic_category', 'Sex'), '{extract}/patient.csv has the column sex twice: keep the one that is right.'),
    'column twice, Parquet': (parquet('patient', '*, sex as sez', to=lambda file: file.replace(b'sez', b'sex')),
        '{extract}/patient.parquet has the column sex twice: keep the one that is right.'),
    'code as floating-point number': (parquet('condition', '* replace (cast(snomed_code as double) as snomed_code)'),
        '{extract}/condition.parquet holds the column snomed_code as a floating-point number'),
    'date as boolean': (parquet('condition', '* replace (true as event_date)'),
        '{extract}/condition.parquet holds the column event_date as boolean instead of date: write it as date or text.'),
    'date as floating-point number': (parquet('condition', '* replace (20261031.0::double as event_date)'),
        'holds the column event_date as floating-point number instead of date'),
    'value as boolean': (parquet('observation', '* replace (true as value)'), 'holds the column value as boolean instead of number: write it as number or text.'),
    'opt-out as floating-point number': (parquet('patient', '* replace (1.0::double as type_1_opt_out)'),
        'holds the column type_1_opt_out as floating-point number instead of boolean'),
    'code as a list': (parquet('condition', '* replace ([snomed_code] as snomed_code)'),
        'holds the column snomed_code as varchar[] instead of text: write it as text.'),
    'NHS numbers': (nhs_numbers(), '{extract}/patient.csv has NHS numbers in the column patient_id (40 of the 40 different values'),
    'NHS numbers with spaces': (nhs_numbers('{0} {1} {2}'), '{extract}/patient.csv has NHS numbers in the column patient_id (40 of'),
    'NHS numbers after a blank': (nhs_numbers(' {0} {1} {2}'), '{extract}/patient.csv has NHS numbers in the column patient_id (40 of'),
    'NHS numbers between no-break spaces': (nhs_numbers('\u00a0{0}\u00a0{1}\u00a0{2}\u200b'),
        '{extract}/patient.csv has NHS numbers in the column patient_id (40 of'),
    'NHS numbers of four': (nhs_numbers(of=4), '{extract}/patient.csv has NHS numbers in the column patient_id (4 of the 4'),
    'NHS numbers of events': (nhs_numbers_of_events, '{extract}/condition.csv has NHS numbers in the column event_id (100 of the 100'),
}


def sentence_of(output):
    """What the user reads: the line after 'Compilation Error in ...'."""
    lines = [line.strip() for line in output.splitlines()]
    return next(after for line, after in zip(lines, lines[1:]) if 'Compilation Error in' in line)


def assert_names_nobody(output):
    assert 'SECRET' not in output.upper(), 'a patient is in the output or the log'
    assert not re.search(r'\b943 ?\d{3} ?\d{4}\b', output), 'an NHS number is in the output or the log'


@pytest.mark.parametrize('name', SPOILT)
def test_a_spoilt_file_stops_the_run_with_one_sentence(in_process, extract, name, record_property):
    spoil, sentence = SPOILT[name]
    spoil(extract)
    run = in_process('run-operation', 'register_extract', extract=extract)
    assert not run.ok, 'the run went on'
    said = sentence_of(run.output)
    assert sentence.format(extract=extract) in said
    assert said.endswith('.') or said.endswith('?') or ' it has ' in said
    assert_names_nobody(run.output)
    record_property('report', (name, 'stops', said.replace(str(extract), '…')))


def test_nothing_is_built_from_a_spoilt_extract(in_process, extract):
    """And neither the screen nor the log shows a patient."""
    nhs_numbers()(extract)
    run = in_process('build', '--log-level-file', 'debug', extract=extract)
    assert not run.ok
    assert 'has NHS numbers in the column patient_id' in run.output
    assert 'Traceback' not in run.output
    assert 'START sql' not in run.output
    assert_names_nobody(run.output + (run.target.parent / 'logs' / 'dbt.log').read_text(encoding='utf-8'))


@pytest.mark.parametrize('ids', [
    [f'{1_000_000_000 + n}' for n in range(PATIENTS)],
    [f'{n * 7919 % 9_000_000_000 + 1_000_000_000}' for n in range(0, PATIENTS * 100_000, 100_000)],
    [nhs_number(n) if n < 3 else f'{n:032x}' for n in range(PATIENTS)],
    [f'{nhs_number(n)}0' for n in range(PATIENTS)],
], ids=['in sequence', 'spread', 'three that pass', 'eleven digits'])
def test_pseudonyms_of_digits_are_no_nhs_numbers(in_process, extract, ids):
    """Of random numbers with ten digits one in eleven has the check digit of an NHS number."""
    for n, pseudonym in enumerate(ids):
        edit('patient', f'SECRET{n:04}', pseudonym)(extract)
    run = in_process('run-operation', 'register_extract', extract=extract)
    assert run.ok, run.output


# --------------------------------------------------------------------------------------
# Files that look odd and are read
# --------------------------------------------------------------------------------------

def quoted(text):
    return '\n'.join(','.join(f'"{value}"' for value in line.split(',')) for line in text.decode().splitlines()).encode()


ODD = {
    'byte-order mark': change('patient', lambda text: b'\xef\xbb\xbf' + text),
    'lines end in CRLF': change('patient', lambda text: text.replace(b'\n', b'\r\n')),
    'no line break at the end': change('vaccination', lambda text: text.rstrip(b'\n')),
    'header in capitals': change('lsoa', lambda text: first_line(text).upper() + text.split(b'\n', 1)[1]),
    'everything in quotation marks': change('medication', quoted),
    'surplus columns, two of one name': change('vaccination', lambda text: b'\n'.join(
        (b'note,' if n == 0 else b'"a, b\nc",') + line + (b',note,"x, y"' if n == 0 else b',,')
        for n, line in enumerate(text.splitlines())
    )),
    'dates as timestamps, codes as whole numbers': parquet(
        'condition', '* replace (event_date::timestamp as event_date, snomed_code::bigint as snomed_code)'),
    'dates as 20261031, values as numbers': parquet(
        'observation', "* replace (replace(event_date, '-', '')::integer as event_date, value::double as value)"),
    'a surplus column with values inside': parquet('vaccination', "*, {'event_date': 1, 'patient_id': 2} as struct, map {'a': 1} as map"),
    'an empty column of another type': parquet('practice', '* replace (null::double as pcn_name), null::boolean as pcn_code_2'),
}


# A moment of which the day differs in UTC and in London, by the form in which a file has it, and the day that it is.
MOMENTS = {
    'a moment with a zone': ("timestamptz '2026-06-30 23:30:00+00'", '2026-07-01'),
    'a moment without one': ("timestamp '2026-06-30 23:30:00'", '2026-06-30'),
    'text in UTC': ("'2026-06-30T23:30:00Z'", '2026-07-01'),
}


@pytest.mark.parametrize('name', MOMENTS)
def test_the_day_of_a_moment_is_that_of_london(dbt_here, extract, name):
    moment, day = MOMENTS[name]
    parquet('condition', f'* replace ({moment} as event_date)')(extract)
    run = dbt_here('run', '--select', 'stg_condition', '+base_condition', extract=extract)
    assert run.ok, run.output
    assert run.column('select distinct event_date::varchar from staging.stg_condition') == [day]


def test_the_day_of_an_int96_is_that_of_london(dbt_here, extract):
    """As Spark writes a moment: in UTC, which DuckDB does not say."""
    (extract / 'condition.csv').unlink()
    shutil.copy(PROJECT / 'tests' / 'golden' / 'moment_as_int96.parquet', extract / 'condition.parquet')
    run = dbt_here('run', '--select', 'stg_condition', '+base_condition', extract=extract)
    assert run.ok, run.output
    assert run.column('select event_date::varchar from staging.stg_condition') == ['2026-07-01']


def contents(run, tables=TABLES):
    return {
        f'{table}{part}': run.rows(f'select * from staging.stg_{table}{part} order by all')
        for table in tables for part in ['', '_rejected']
    }


def test_odd_files_are_read_as_any_other(dbt_here, extract, record_property):
    edit('practice', 'One', '')(extract)
    select = ['run', '--select', 'models/staging', '--exclude', 'extract_history']
    run = dbt_here(*select, extract=extract)
    assert run.ok, run.output
    clean = contents(run)
    for name, make in ODD.items():
        make(extract)
        record_property('report', (name, 'read', 'as any other file'))
    folder = extract.rename(extract.with_name('odd [1] * ? name'))
    record_property('report', ('folder named "odd [1] * ? name"', 'read', 'as any other folder'))
    run = dbt_here(*select, extract=folder)
    assert run.ok, run.output
    assert contents(run) == clean


def test_csv_and_parquet_give_the_same_warehouse(built, dbt_here, tmp_path):
    """The demo has some of each; here every table comes in the other format. All else reads staging."""
    folder = shutil.copytree(DEMO, tmp_path / 'extract')
    for file in list(folder.iterdir()):
        convert(file, file.with_suffix('.csv' if file.suffix == '.parquet' else '.parquet'))
    run = dbt_here('run', '--select', 'models/staging', 'models/marts/data_quality', extract=folder)
    assert run.ok, run.output
    with duckdb.connect() as connection:
        connection.sql(f"attach '{run.database}' as here (read_only); attach '{built.database}' as there (read_only)")
        tables = [f'staging.base_{table}' for table in TABLES]
        for table in [*tables, 'marts.data_quality_summary', 'marts.data_quality_practice']:
            for one, other in [('here', 'there'), ('there', 'here')]:
                query = f'select count(*) from (from {one}.{table} except all from {other}.{table})'
                assert connection.sql(query).fetchone() == (0,), table


def test_optional_files_and_columns_may_be_missing_and_extra_ones_are_ignored(dbt_here, extract):
    (extract / 'medication.csv').unlink()
    parquet('patient', "'extra' as surplus, * exclude (ethnic_category, type_1_opt_out, date_of_death)")(extract)
    run = dbt_here(
        'build', '--select', '+dim_patient', 'models/staging', 'models/marts/data_quality', '--exclude', 'resource_type:seed',
        '--exclude-resource-type', 'unit_test', '--indirect-selection', 'cautious', extract=extract,
    )
    assert run.ok, run.output
    assert run.column('select distinct ethnic_group from marts.dim_patient') == ['unknown']
    assert run.column('select count(*) from staging.stg_medication') == [0]
    assert 'No file of medication: no rows' in run.output
    assert f'{extract}/patient.parquet has no ethnic_category, registration_end_date, ' in run.output


# --------------------------------------------------------------------------------------
# Rows that are rejected, and rows that look odd and are not
# --------------------------------------------------------------------------------------

# What is wrong, the row as CSV with {id} for its identifier, and what becomes of it: a reason, or the
# value that is accepted.
BAD_EVENTS = {
    'date 31/10/2026': ('{id},SECRET0000,31/10/2026,44054006', date(2026, 10, 31)),
    'date 20261031': ('{id},SECRET0000,20261031,44054006', date(2026, 10, 31)),
    'date 31 Oct 2026': ('{id},SECRET0000,31 Oct 2026,44054006', date(2026, 10, 31)),
    'date 2026-10-31T09:30:00': ('{id},SECRET0000,2026-10-31T09:30:00,44054006', date(2026, 10, 31)),
    'date 31/10/26': ('{id},SECRET0000,31/10/26,44054006', 'unparseable event_date'),
    'date 10/31/2026': ('{id},SECRET0000,10/31/2026,44054006', 'unparseable event_date'),
    'date 2026-02-29': ('{id},SECRET0000,2026-02-29,44054006', 'unparseable event_date'),
    'date in 1066': ('{id},SECRET0000,1066-10-14,44054006', 'before birth'),
    'date in 9999': ('{id},SECRET0000,9999-12-31,44054006', 'in the future'),
    'date with a time': ('{id},SECRET0000,5/1/2026 09:15,44054006', date(2026, 1, 5)),
    'moment in UTC': ('{id},SECRET0000,2026-06-30T23:00:00Z,44054006', date(2026, 7, 1)),
    'no-break spaces and a zero-width one': ('{id}\u200b,\tSECRET0000,\u00a02026-10-31\ufeff,44054006\u00a0', date(2026, 10, 31)),
    'nothing but a no-break space': ('{id},SECRET0000,\u00a0,44054006', 'missing event_date'),
    'no date': ('{id},SECRET0000,,44054006', 'missing event_date'),
    'code 4.4E+07': ('{id},SECRET0000,2026-10-01,4.4E+07', 'implausible snomed_code'),
    'code of 18 digits without its last three': ('{id},SECRET0000,2026-10-01,999000771000001000', 'implausible snomed_code'),
    'code 44054006.0': ('{id},SECRET0000,2026-10-01,44054006.0', 'implausible snomed_code'),
    'patient not in the extract': ('{id},SECRET9999,2026-10-01,44054006', 'unknown patient'),
    'identifier again, other content': ('condition0,SECRET0000,2026-10-30,44054006', 'conflicting event_id'),
    'row again': ('condition1,SECRET0001,2026-10-02,44054006', 'duplicate event_id'),
}
BAD_VALUES = {
    'value -5': ('{id},SECRET0000,2026-10-01,60621009,-5,', -5.0),
    'value 1e200': ('{id},SECRET0000,2026-10-01,60621009,1e200,', 1e200),
    'value 1e301': ('{id},SECRET0000,2026-10-01,60621009,1e301,', 'implausible value'),
    'value nan': ('{id},SECRET0000,2026-10-01,60621009,nan,', 'implausible value'),
    'value with a decimal comma': ('{id},SECRET0000,2026-10-01,60621009,"31,5",', 'unparseable value'),
}
BAD_PATIENTS = {
    'born in 1066': ('{id},1066-10-14,1,A,E01000001,M81001,2010-01-01,,false', 'implausible value'),
    'born in 9999': ('{id},9999-12-31,1,A,E01000001,M81001,2010-01-01,,false', 'in the future'),
    'born on 20/05/1980': ('{id},20/05/1980,1,A,E01000001,M81001,2010-01-01,,false', date(1980, 5, 20)),
    'died before birth': ('{id},1980-05-20,1,A,E01000001,M81001,2010-01-01,1900-01-01,false', 'before birth'),
    'practice not in the extract': ('{id},1980-05-20,1,A,E01000001,X99999,2010-01-01,,false', 'unknown practice'),
    'opt-out neither yes nor no': ('{id},1980-05-20,1,A,E01000001,M81001,2010-01-01,,maybe', 'unparseable type_1_opt_out'),
}
BAD_PRACTICES = {
    'practice with no network': ('M81009,{id},,,', None),
    'practice code again': ('m81001,{id},U9,Nine,There', 'duplicate practice_code'),
    'quoted line break in a name': ('M81010,"{id}\nand more",U1,One,Here', 'U1'),
}
# table: its rows, the column that holds {id}, the column of which the accepted value is looked at
BAD_ROWS = {
    'condition': (BAD_EVENTS, 'event_id', 'event_date'),
    'observation': (BAD_VALUES, 'event_id', 'value'),
    'patient': (BAD_PATIENTS, 'patient_id', 'date_of_birth'),
    'practice': (BAD_PRACTICES, 'practice_name', 'pcn_code'),
}


@pytest.mark.parametrize('suffix', ['csv', 'parquet'])
def test_bad_rows_are_rejected_with_a_reason_and_odd_ones_are_not(dbt_here, extract, suffix, record_property):
    for table, (rows, _, _) in BAD_ROWS.items():
        lines = [row.replace('{id}', name) for name, (row, _) in rows.items()]
        change(table, lambda text: text + '\n'.join([*lines, '']).encode())(extract)
        if suffix == 'parquet':
            parquet(table)(extract)
    run = dbt_here('run', '--select', 'models/staging', '--exclude', 'extract_history', extract=extract)
    assert run.ok, run.output
    for table, (rows, key, looked_at) in BAD_ROWS.items():
        accepted = dict(run.rows(f"select replace({key}, chr(10) || 'and more', ''), {looked_at} from staging.stg_{table}"))
        rejected = dict(run.rows(f'select {key}, rejection_reason from staging.stg_{table}_rejected'))
        for name, (row, fate) in rows.items():
            identifier = name if '{id}' in row else row.split(',')[0]
            if isinstance(fate, str) and ' ' in fate:
                assert rejected[identifier] == fate, name
            else:
                assert identifier not in rejected and accepted[identifier] == fate, name
            if suffix == 'csv':
                is_rejected = identifier in rejected
                what = f'row: {fate}' if is_rejected else f'{looked_at} is {fate if fate is not None else "null"}'
                record_property('report', (f'{table}: {name}', 'rejected' if is_rejected else 'accepted', what))


# --------------------------------------------------------------------------------------
# Extracts that are not accepted as a whole
# --------------------------------------------------------------------------------------

JUDGE = ['run', '--select', '+extract_history']


def hundred_thousand_again(text):
    return text + b'condition0,SECRET0000,2026-10-01,44054006\n' * 100_000


REFUSED = {
    '100,000 rows again': (change('condition', hundred_thousand_again),
        'Of the table condition 100,000 of 100,100 rows were rejected: that is 99.9%, and 10% is the most it may be; correct the extract '
        '(the reasons are counted in marts.data_quality_summary and stand beside the rows in staging.stg_condition_rejected), '
        'or, if it is right, run once more with max_rejected_share: 1.00 in --vars.'),
    'all codes through a spreadsheet': (edit('condition', '44054006', '4.4E+07', count=-1),
        'Of the table condition 100 of 100 rows were rejected: that is 100%'),
    'patients of other practices': (edit('practice', 'M81002', 'M81003'),
        'Of the table patient 20 of 40 rows were rejected: that is 50%'),
    'practice without a name, and its patients': (edit('practice', 'M81002,South', 'M81002,'),
        'Of the table practice 1 of 2 rows were rejected: that is 50%'),
    'US dates': (edit('condition', '-10-', '/10/', count=-1), 'Of the table condition 100 of 100 rows were rejected'),
}


@pytest.mark.parametrize('name', REFUSED)
def test_too_many_rejected_rows_stop_the_build(dbt_here, extract, name, record_property):
    spoil, sentence = REFUSED[name]
    spoil(extract)
    run = dbt_here(*JUDGE, extract=extract)
    assert not run.ok
    said = sentence_of(run.output)
    assert sentence in said
    assert 'SECRET' not in said
    record_property('report', (name, 'stops', said))


def test_a_table_is_compared_with_the_last_extract_that_was_accepted(dbt_here, extract, record_property):
    def run(day, **variables):
        return dbt_here(*JUDGE, extract=extract, variables={'extract_date': day} | variables)

    def history():
        return first.rows("""
            select extract_date, rows_received, earlier_rows_received from staging.extract_history
            where table_name = 'condition' and extract_date > '2030-01-01' order by extract_date
        """)

    whole = (extract / 'condition.csv').read_bytes()
    first = run('2031-01-01', max_shrink=1)
    assert first.ok, first.output

    (extract / 'condition.csv').write_bytes(b'\n'.join(whole.split(b'\n')[:51]))
    refused = run('2031-02-01')
    assert not refused.ok
    said = sentence_of(refused.output)
    assert said == (
        'The table condition has 50 rows and had 100 in the last extract accepted, of 2031-01-01: it shrank by 50%, and 10% is the '
        'most it may; bring the whole table, or, if it is right, run once more with max_shrink: 0.50 in --vars.'
    )
    record_property('report', ('half of a table', 'stops', said))
    assert [row[:2] for row in history()] == [(date(2031, 1, 1), 100)], 'a refused extract was remembered'

    accepted = run('2031-02-01', max_shrink=0.5)
    assert accepted.ok, accepted.output
    (extract / 'condition.csv').write_bytes(whole)
    assert run('2031-02-01').ok
    again = run('2031-02-01')
    assert again.ok, again.output
    assert history()[1:] == [(date(2031, 2, 1), 100, 100)], 'compared with itself'


@pytest.mark.parametrize(('name', 'given'), [('max_shrink', 1.1), ('max_rejected_share', '10%'), ('max_shrink', -0.1)])
def test_a_share_is_a_number_from_0_to_1(dbt_here, extract, name, given):
    run = dbt_here('run', '--select', 'extract_history', extract=extract, variables={name: given})
    assert not run.ok
    assert sentence_of(run.output) == (
        f"The variable {name} is '{given}', which is not a share: give a number from 0 to 1, for example 0.1."
    )


def test_the_marts_are_not_built_from_a_refused_extract(parsed, extract, tmp_path):
    """But what says why is."""
    edit('condition', '44054006', '4.4E+07', count=-1)(extract)
    run = conftest.dbt_here(
        parsed.deepcopy(), 'build', '--select', 'seeds/reference', 'models/staging', 'models/population', 'models/marts',
        'cohort_aged_75_or_over_never_covid_vaccinated', '--exclude-resource-type', 'unit_test', 'test',
        folder=tmp_path, extract=extract,
    )
    assert not run.ok
    assert REFUSED['all codes through a spreadsheet'][1] in run.output
    for relation in ['marts.dim_patient', 'marts.dim_practice', 'marts.cohort_flags', 'marts.inequality_metrics',
                     'cohorts.cohort_aged_75_or_over_never_covid_vaccinated']:
        assert f'SKIP relation {relation} ' in run.output
    assert run.rows(
        "select rows_rejected, implausible_snomed_code from marts.data_quality_summary where table_name = 'condition'"
    ) == [(EVENTS, EVENTS)]


def test_a_practice_that_stopped_sending_is_named(dbt_here, extract, record_property):
    for table in CODES:
        # Patients with an odd number are registered with M81002.
        change(table, lambda text: b'\n'.join(
            line for line in text.splitlines() if b'SECRET' not in line or int(line.split(b'SECRET')[1][:4]) % 2 == 0
        ))(extract)
    (extract / 'practice.csv').write_text((extract / 'practice.csv').read_text() + 'M81003,West,U1,One,Here\n', encoding='utf-8')
    change('condition', lambda text: text + b'\nlast,SECRET0001,2026-10-18,44054006\n')(extract)
    run = dbt_here(
        'run', '--select', 'models/staging', 'models/marts/data_quality', extract=extract, variables={'max_shrink': 1},
    )
    assert run.ok, run.output
    said = [line for line in run.output.splitlines() if 'is stale' in line and line.startswith('Practice')]
    assert said == [
        'Practice M81002 is stale: its patients have no event after 2026-10-18, more than 14 days before the extract '
        '(max_days_without_events).',
        'Practice M81003 is stale: its patients have no event at all, more than 14 days before the extract '
        '(max_days_without_events).',
    ]
    assert run.rows("""
        select extract_date, extract_days_old, stale_practices from marts.data_quality_summary where table_name = 'practice'
    """) == [(EXTRACT_DATE, -2, 2)]
    for line in said:
        record_property('report', ('practice stopped sending', 'named', line))
