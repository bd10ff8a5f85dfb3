"""Replaces NHS numbers in an extract with pseudonyms, before PHM reads it.

    python tools/pseudonymise.py /secure/extract /path/to/folder

Run it where NHS numbers may be, with a key that stays there, in the environment variable PHM_PSEUDONYM_KEY (32
characters or more). Every table of the first folder, CSV or Parquet, is written to the second, which must be empty or
new, in its own format. patient_id becomes HMAC-SHA-256 of the NHS number under the key, 64 hexadecimal digits: the same
number gives the same pseudonym in every table, file and extract, and nobody without the key can work it out or back.
Spaces, dashes and marks that nobody sees make no difference. event_id is hashed in the same way, whatever it is: it may hold the
number. Columns that are not in the contract of the extract are left out, since nobody knows what they hold.

It stops, and writes nothing, if a patient_id is not an NHS number. No number is ever shown.
"""

import hashlib
import hmac
import os
import shutil
import sys
import tempfile
import unicodedata
from pathlib import Path

import duckdb

EVENT = ['event_id', 'patient_id', 'event_date', 'snomed_code']
COLUMNS = {
    'patient': [
        'patient_id', 'date_of_birth', 'sex', 'ethnic_category', 'lsoa_code', 'practice_code', 'registration_start_date',
        'registration_end_date', 'registration_type', 'date_of_death', 'type_1_opt_out', 'national_data_opt_out', 'is_sensitive',
    ],
    'condition': [*EVENT, 'episodicity'],
    'observation': [*EVENT, 'value', 'unit'],
    'vaccination': EVENT,
    'medication': EVENT,
    'practice': ['practice_code', 'practice_name', 'pcn_code', 'pcn_name', 'place'],
    'lsoa': ['lsoa_code', 'imd_decile', 'imd_rank', 'rural_urban', 'local_authority'],
}
# What says nothing at the ends of a value, as PHM reads it (macros/staging/convert.sql).
EDGE_MARKS = '\t\n\x0b\x0c\r \x85\xa0\xad\u1680\u180e\u2028\u2029\u202f\u205f\u2060\u3000\ufeff' + ''.join(map(chr, range(0x2000, 0x2010)))
KEY, SHORTEST_KEY = 'PHM_PSEUDONYM_KEY', 32


def pseudonym(key: str, identifier: str) -> str:
    """HMAC-SHA-256 (RFC 2104, FIPS 180-4) of an identifier."""
    return hmac.new(key.encode(), identifier.encode(), hashlib.sha256).hexdigest()


def nhs_number(text: str) -> str | None:
    """The ten digits of an NHS number; None if it is not one (its check digit is wrong, modulus 11)."""
    # Space, control, format, dash.
    digits = ''.join(letter for letter in text if unicodedata.category(letter) not in ('Zs', 'Cc', 'Cf', 'Pd'))
    if len(digits) != 10 or not (digits.isascii() and digits.isdigit()):
        return None
    check_digit = -sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1))) % 11
    return digits if check_digit == int(digits[9]) else None


def read(file: Path) -> str:
    """A file as DuckDB reads it, a CSV as text."""
    path = ''.join(f'[{letter}]' if letter in '[*?' else letter for letter in file.as_posix()).replace("'", "''")
    if file.suffix == '.parquet':
        return f"read_parquet('{path}')"
    return f"read_csv('{path}', header = true, all_varchar = true, delim = ',', quote = '\"', escape = '\"', strict_mode = true)"


def write_table(connection: duckdb.DuckDBPyConnection, table: str, file: Path, folder: Path, key: str) -> None:
    connection.sql(f'create or replace temp view received as from {read(file)}')
    found = {name.strip().lower(): name for name in connection.table('received').columns}
    if table not in ('practice', 'lsoa') and 'patient_id' not in found:
        sys.exit(f'{file} has no column patient_id: give the column of NHS numbers that name.')
    selected = []
    for column in COLUMNS[table]:
        if column in found:
            quoted = '"' + found[column].replace('"', '""') + '"'
            if column == 'patient_id':
                bad, = connection.sql(f"""
                    select count(*) from (select distinct trim(cast({quoted} as varchar)) as given from received)
                    where given != '' and normalised(given) is null
                """).fetchone()
                if bad:
                    sys.exit(
                        f'{file} has {bad:,} different values in the column patient_id that are not NHS numbers: correct or '
                        'remove them; nothing was written.'
                    )
                expression = f"hashed(normalised(nullif(trim(cast({quoted} as varchar)), '')))"
            elif column == 'event_id':
                expression = f"hashed(nullif(trim(cast({quoted} as varchar)), ''))"
            else:
                expression = quoted
            selected.append(f'{expression} as {column}')
    destination = (folder / file.name).as_posix().replace("'", "''")
    connection.sql(f"copy (select {', '.join(selected)} from received) to '{destination}'")


def pseudonymise(source: Path, target: Path, key: str) -> None:
    if len(key) < SHORTEST_KEY:
        sys.exit(f'Set {KEY} to a secret of {SHORTEST_KEY} characters or more, the same one for every extract.')
    if not source.is_dir():
        sys.exit(f'There is no folder {source}.')
    resolved_source, resolved_target = source.resolve(), target.resolve()
    if resolved_source == resolved_target or resolved_source in resolved_target.parents:
        sys.exit(f'{target} is in the folder that holds NHS numbers: give another to write to.')
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        sys.exit(f'{target} is not an empty folder: give a new one to write to.')
    files = [
        (table, source / f'{table}{suffix}')
        for table in COLUMNS for suffix in ('.parquet', '.csv') if (source / f'{table}{suffix}').exists()
    ]
    if not files:
        sys.exit(f'{source} has no table of the extract, such as patient.csv or patient.parquet.')

    target.mkdir(parents=True, exist_ok=True)
    # All or nothing: the tables are in the folder only once every one of them is written.
    with tempfile.TemporaryDirectory(dir=target) as unfinished, duckdb.connect() as connection:
        connection.execute("set enable_progress_bar = false; set preserve_insertion_order = true")
        def hashed(text: str | None) -> str | None:
            return None if text is None else pseudonym(key, text.strip(EDGE_MARKS))

        def normalised(text: str | None) -> str | None:
            return None if text is None else nhs_number(text)

        for function in (hashed, normalised):
            # 'special': it may answer null, and is asked of null.
            connection.create_function(function.__name__, function, ['VARCHAR'], 'VARCHAR', null_handling='special')
        for table, file in files:
            try:
                write_table(connection, table, file, Path(unfinished), key)
            except duckdb.Error:
                # DuckDB would show the line.
                sys.exit(f'{file} cannot be read: a CSV is UTF-8 with a header row and commas, and every line has as many values.')
        for file in Path(unfinished).iterdir():
            shutil.move(file, target / file.name)


if __name__ == '__main__':
    if len(sys.argv) != 3 or sys.argv[1].startswith('-'):
        sys.exit('Give two folders: python tools/pseudonymise.py /secure/extract /path/to/folder')
    pseudonymise(Path(sys.argv[1]), Path(sys.argv[2]), os.environ.get(KEY, ''))
    print(f'The pseudonymised extract is in {sys.argv[2]}.')
