"""The keyed hash that takes the place of NHS numbers: a published vector, and what it refuses."""

import subprocess
import sys

import duckdb
import pseudonymise as tool
import pytest
from conftest import PROJECT
from nhs_numbers import nhs_number
from oracle import COLUMNS

KEY = 'a key of thirty-two characters, or more'


def run(*arguments, key=KEY):
    return subprocess.run(
        [sys.executable, PROJECT / 'tools' / 'pseudonymise.py', *arguments],
        env={'PHM_PSEUDONYM_KEY': key} if key is not None else {}, capture_output=True, text=True,
    )


@pytest.fixture
def secure(tmp_path):
    """An extract with NHS numbers, written in different ways; one table as Parquet."""
    folder = tmp_path / 'secure [1]'
    folder.mkdir()
    numbers = [nhs_number(n) for n in range(3)]
    (folder / 'patient.csv').write_text('\n'.join([
        '\ufeffPatient_ID,date_of_birth,sex,practice_code,registration_start_date,surname',
        f'{numbers[0][:3]} {numbers[0][3:6]} {numbers[0][6:]},1980-01-01,1,M81001,2010-01-01,Smith',
        f'{numbers[1]},1980-01-01,2,M81001,2010-01-01,"Jones, of Ross"',
        f'{numbers[2][:3]}-{numbers[2][3:6]}-{numbers[2][6:]},1980-01-01,2,M81001,2010-01-01,Brown', ',1980-01-01,1,M81001,2010-01-01,Nobody',
    ]), encoding='utf-8')
    rows = ', '.join(f"('{number}/{n}', {number}, date '2020-01-01', '44054006')" for n, number in enumerate(numbers))
    # Here the numbers are whole numbers.
    duckdb.sql(f"""
        copy (from (values {rows}) as condition (event_id, patient_id, event_date, snomed_code)) to '{folder}/condition.parquet'
    """)
    (folder / 'practice.csv').write_text('practice_code,practice_name\nM81001,North\n', encoding='utf-8')
    return folder


@pytest.mark.parametrize(('key', 'data', 'expected'), [
    # RFC 4231, test cases 1 and 2; the keys are bytes there, and text here.
    ('\x0b' * 20, 'Hi There', 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'),
    ('Jefe', 'what do ya want for nothing?', '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'),
])
def test_a_pseudonym_is_the_published_hmac_sha_256(key, data, expected):
    assert tool.pseudonym(key, data) == expected


@pytest.mark.parametrize(('text', 'expected'), [
    ('9434765919', '9434765919'), ('943 476 5919', '9434765919'), ('943-476-5919', '9434765919'),
    ('\u00a0943\u00a0476\u20135919\u200b', '9434765919'),
    ('9434765918', None), ('943476591', None), ('94347659190', None), ('943476591X', None), ('٩٤٣٤٧٦٥٩١٩', None),
])
def test_an_nhs_number_has_ten_digits_and_a_check_digit(text, expected):
    assert tool.nhs_number(text) == expected


def test_tables_join_as_before_and_no_number_is_left(secure, tmp_path):
    done = run(secure, tmp_path / 'first')
    assert done.returncode == 0, done.stderr
    assert run(secure, tmp_path / 'second').returncode == 0
    patients = duckdb.sql(f"select patient_id, date_of_birth from read_csv('{tmp_path}/first/patient.csv', all_varchar = true)").fetchall()
    events = duckdb.sql(f"select patient_id, event_id, snomed_code from '{tmp_path}/first/condition.parquet'").fetchall()
    numbers = [nhs_number(n) for n in range(3)]
    expected = [tool.pseudonym(KEY, number) for number in numbers]
    assert [row[0] for row in patients] == [*expected, None]
    assert events == [
        (pseudonym, tool.pseudonym(KEY, f'{number}/{n}'), '44054006')
        for n, (number, pseudonym) in enumerate(zip(numbers, expected))
    ]
    for name in ['patient.csv', 'condition.parquet', 'practice.csv']:
        written = (tmp_path / 'first' / name).read_bytes()
        assert written == (tmp_path / 'second' / name).read_bytes()
        assert not any(number.encode() in written for number in numbers)
        assert b'surname' not in written and b'Smith' not in written
    assert sorted(file.name for file in (tmp_path / 'first').iterdir()) == ['condition.parquet', 'patient.csv', 'practice.csv']


def test_it_knows_the_columns_of_the_contract():
    assert tool.COLUMNS == {table: list(columns) for table, columns in COLUMNS.items()}


def test_another_key_gives_other_pseudonyms():
    assert tool.pseudonym(KEY, '9434765919') != tool.pseudonym(KEY + '!', '9434765919')


@pytest.mark.parametrize('key', [None, '', 'x' * 31])
def test_without_a_key_it_does_not_run(secure, tmp_path, key):
    done = run(secure, tmp_path / 'out', key=key)
    assert done.returncode == 1
    assert done.stderr == 'Set PHM_PSEUDONYM_KEY to a secret of 32 characters or more, the same one for every extract.\n'
    assert not (tmp_path / 'out').exists()
    assert run(secure, tmp_path / 'out', key='x' * 32).returncode == 0


def spoil_number(secure):
    file = secure / 'patient.csv'
    file.write_text(file.read_text(encoding='utf-8').replace(nhs_number(1), '9434765910'), encoding='utf-8')


def spoil_line(secure):
    with open(secure / 'patient.csv', 'a', encoding='utf-8') as file:
        file.write(f'\n{nhs_number(1)},too few')


def spoil_parquet(secure):
    (secure / 'condition.parquet').write_bytes((secure / 'condition.parquet').read_bytes()[:100])


def spoil_name(secure):
    (secure / 'patient.csv').write_text('nhs_number\n9434765919\n', encoding='utf-8')


@pytest.mark.parametrize(('spoil', 'sentence'), [
    (spoil_number, '/patient.csv has 1 different values in the column patient_id that are not NHS numbers'),
    (spoil_line, '/patient.csv cannot be read'),
    (spoil_parquet, '/condition.parquet cannot be read'),
    (spoil_name, '/patient.csv has no column patient_id'),
])
def test_what_it_cannot_read_it_refuses_in_one_sentence(secure, tmp_path, spoil, sentence):
    spoil(secure)
    done = run(secure, tmp_path / 'out')
    assert done.returncode == 1
    assert sentence in done.stderr and done.stderr.count('\n') == 1
    assert '943' not in done.stdout + done.stderr
    assert list((tmp_path / 'out').iterdir()) == []


@pytest.mark.parametrize(('target', 'sentence'), [
    ('secure [1]', 'is in the folder that holds NHS numbers'),
    ('secure [1]/out', 'is in the folder that holds NHS numbers'),
    ('full', 'is not an empty folder'),
])
def test_it_never_writes_over_anything(secure, tmp_path, target, sentence):
    (tmp_path / 'full').mkdir()
    (tmp_path / 'full' / 'patient.csv').write_text('mine', encoding='utf-8')
    before = sorted(secure.iterdir())
    done = run(secure, tmp_path / target)
    assert done.returncode == 1
    assert sentence in done.stderr
    assert sorted(secure.iterdir()) == before
    assert (tmp_path / 'full' / 'patient.csv').read_text() == 'mine'
    assert run(tmp_path / 'nowhere', tmp_path / 'out').stderr == f'There is no folder {tmp_path}/nowhere.\n'
