"""The demo extract is what its generator writes, and nothing in it is like an NHS number."""

import hashlib
import importlib
import re
import shutil
import subprocess
import sys

import duckdb
import pytest
from conftest import DEMO, PROJECT


def generate(output, *options):
    return subprocess.run(
        [sys.executable, PROJECT / 'demo' / 'generate.py', '--output', output, *options],
        capture_output=True, text=True,
    )


def digests(folder):
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(folder.iterdir())}


def test_the_generator_writes_the_same_bytes_every_time(tmp_path):
    run = generate(tmp_path)
    assert run.returncode == 0, run.stderr
    assert digests(tmp_path) == digests(DEMO)


def test_a_population_of_another_size_has_the_same_people_in_parquet(tmp_path):
    folder = tmp_path / "the population's folder"
    run = generate(folder, '--patients', '200', '--format', 'parquet')
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines()[-1].endswith(' make build')
    assert {file.name for file in folder.iterdir()} == {
        f'{table}.parquet' for table in
        ['patient', 'practice', 'lsoa', 'condition', 'observation', 'vaccination', 'medication']
    }

    def rows(file):
        quoted = "'" + str(file).replace("'", "''") + "'"
        read = f'read_csv({quoted}, all_varchar = true)' if file.suffix == '.csv' else quoted
        first = '' if file.stem in ('practice', 'lsoa') else "where patient_id <= 'SYN0000200'"
        return duckdb.sql(f'select columns(*)::varchar from {read} {first} order by all').fetchall()

    for file in DEMO.iterdir():
        assert rows(file) == rows(folder / f'{file.stem}.parquet'), file.stem


def test_the_last_of_five_million_people_has_a_record(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(PROJECT / 'demo')
    generator = importlib.import_module('generate')
    folder = shutil.copytree(generator.SQL_FOLDER, tmp_path / 'generator')
    people = folder / '03_people.sql'
    text = people.read_text(encoding='utf-8')
    assert "range(1, getvariable('patients') + 1)" in text
    people.write_text(text.replace("range(1, getvariable('patients') + 1)", 'range(4999901, 5000001)'), encoding='utf-8')
    monkeypatch.setattr(generator, 'SQL_FOLDER', folder)
    monkeypatch.setattr(sys, 'argv', ['generate.py', '--output', str(tmp_path / 'extract')])
    generator.main()
    last = duckdb.sql(f"""
        select max(event_id), max(patient_id) from '{tmp_path}/extract/condition.parquet'
        where patient_id like 'SYN4%' or patient_id like 'SYN5%'
    """).fetchone()
    assert re.fullmatch(r'C(49999\d\d|5000000)\d{3}', last[0]) and last[1][3:] == last[0][1:8]


@pytest.mark.parametrize(('options', 'sentence'), [
    (['--patients', '0'], '--patients must be from 1 to 5,000,000, not 0'),
    (['--patients', 'many'], "'many' is not a whole number"),
])
def test_a_wrong_argument_is_refused_in_one_sentence(tmp_path, options, sentence):
    run = generate(tmp_path, *options)
    assert run.returncode != 0
    assert sentence in run.stderr
    assert 'Traceback' not in run.stderr


def test_nothing_in_it_can_be_taken_for_an_nhs_number():
    for file in DEMO.glob('*.parquet'):
        ids = duckdb.sql(f"select distinct patient_id from '{file}' where patient_id is not null").fetchall()
        assert all(re.fullmatch(r'SYN\d{7}', patient_id) for (patient_id,) in ids), file
    ids = duckdb.sql(f"select distinct patient_id from read_csv('{DEMO}/patient.csv', all_varchar = true) where patient_id is not null")
    assert all(re.fullmatch(r'SYN\d{7}', patient_id) for (patient_id,) in ids.fetchall())
