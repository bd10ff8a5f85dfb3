"""Writes the synthetic demo extract: everyone in it is invented.

    python demo/generate.py --patients 5000 --output demo/extract --seed 1
    python demo/generate.py --patients 817000 --format parquet --output warehouse/population_817000

The modelling is in generator/*.sql and its numbers in generator/parameters/*.csv;
this file runs the one over the other and writes the tables out.
"""

import argparse
import datetime
import shlex
import sys
import tempfile
import time
from pathlib import Path
from typing import NoReturn

import duckdb

HERE = Path(__file__).resolve().parent
SQL_FOLDER = HERE / "generator"
PARAMETER_FOLDER = SQL_FOLDER / "parameters"

# Eighteen-digit codes must never be read as numbers.
TEXT_COLUMNS = ("snomed_code", "notation", "recorded_as", "ethnic_category", "after_code", "unit")

# Patients above this number stand for people who are in no patient file.
MOST_PATIENTS = 5_000_000

PATIENT_COLUMNS = """patient_id, date_of_birth, sex, ethnic_category, lsoa_code, practice_code,
    registration_start_date, registration_end_date, date_of_death,
    type_1_opt_out, national_data_opt_out, is_sensitive"""

SMALL_FILES = {
    "practice": "select practice_code, practice_name, pcn_code, pcn_name, place from practice order by practice_code",
    "lsoa": "select lsoa_code, imd_decile, imd_rank, rural_urban, local_authority from lsoa order by lsoa_code",
    "patient": f"select {PATIENT_COLUMNS} from patient_file order by patient_no, row_no",
}

EVENT_FILES = {
    "condition": "event_id, patient_id, event_date, snomed_code, episodicity",
    "observation": "event_id, patient_id, event_date, snomed_code, value, unit",
    "vaccination": "event_id, patient_id, event_date, snomed_code",
    "medication": "event_id, patient_id, event_date, snomed_code",
}

EVENTS = """
select {columns}
from (
    select
        '{letter}' || lpad(cast(event_no as varchar), 10, '0') as event_id,
        'SYN' || lpad(cast(written_patient_no as varchar), 7, '0') as patient_id,
        event_date, snomed_code, value, unit, episodicity, event_no
    from event_file
)
order by event_no, event_date
"""

FORMATS = {"csv": "format csv, header true", "parquet": "format parquet, compression zstd, row_group_size 122880"}


class Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        sys.exit(f"{message[0].upper()}{message[1:].rstrip('.')}. See --help.")


def iso_date(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is not a date such as 2026-11-02.") from None


def whole_number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number.") from None


def read_arguments() -> argparse.Namespace:
    parser = Parser(description="Write the synthetic demo extract.")
    parser.add_argument("--patients", type=whole_number, default=5000, help="number of people (default 5000)")
    parser.add_argument(
        "--output", type=Path, default=HERE / "extract", help="folder to write to (default: demo/extract)"
    )
    parser.add_argument(
        "--format",
        choices=list(FORMATS),
        default="csv",
        help="of the tables of patients, practices and areas (default csv); events are always Parquet",
    )
    parser.add_argument("--seed", type=whole_number, default=1, help="another seed, other people (default 1)")
    parser.add_argument(
        "--extract-date",
        type=iso_date,
        default=datetime.date(2026, 11, 2),
        help="the day the extract was taken (default 2026-11-02)",
    )
    arguments = parser.parse_args()
    if not 1 <= arguments.patients <= MOST_PATIENTS:
        parser.error(f"--patients must be from 1 to {MOST_PATIENTS:,}, not {arguments.patients:,}.")
    if not datetime.date(2022, 1, 1) <= arguments.extract_date <= datetime.date(2035, 12, 31):
        parser.error(f"--extract-date must be from 2022-01-01 to 2035-12-31, not {arguments.extract_date}.")
    return arguments


def load_parameters(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("create schema parameter")
    for path in sorted(PARAMETER_FOLDER.glob("*.csv")):
        header = path.read_text(encoding="utf-8").splitlines()[0].split(",")
        types = {column: "VARCHAR" for column in header if column in TEXT_COLUMNS}
        rows = connection.read_csv(str(path), header=True, dtype=types or None)
        rows.create(f"parameter.{path.stem}")


class Step:
    """One line of progress: what is being done, and when it is done the seconds it took."""

    def __init__(self, words: str):
        print(f"  {words:<32}", end="", flush=True)
        self.started = time.perf_counter()

    def done(self, rows: int | None = None) -> None:
        counted = "" if rows is None else f"{rows:>12,} rows"
        print(f"{time.perf_counter() - self.started:>7.1f} s{counted}", flush=True)


def run(connection: duckdb.DuckDBPyConnection, pattern: str, what: str = "") -> None:
    for path in sorted(SQL_FOLDER.glob(pattern)):
        step = Step(what + path.stem[3:].replace("_", " "))
        connection.execute(path.read_text(encoding="utf-8"))
        step.done()


def write(connection: duckdb.DuckDBPyConnection, query: str, path: Path) -> None:
    step = Step(f"write {path.name}")
    written = str(path).replace("'", "''")
    (rows,) = connection.execute(f"copy ({query}) to '{written}' ({FORMATS[path.suffix[1:]]})").fetchone()
    step.done(rows)


def generate(arguments: argparse.Namespace, spill_folder: str) -> None:
    arguments.output.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect(config={"memory_limit": "5GB", "temp_directory": spill_folder})
    connection.execute("set enable_progress_bar = false")
    connection.execute(f"set variable patients = {arguments.patients}")
    connection.execute(f"set variable seed = {arguments.seed}")
    connection.execute(f"set variable extract_date = date '{arguments.extract_date}'")

    started = time.perf_counter()
    print(f"{arguments.patients:,} people", flush=True)
    load_parameters(connection)
    run(connection, "0*.sql")
    for table, query in SMALL_FILES.items():
        write(connection, query, arguments.output / f"{table}.{arguments.format}")
        # A table in two formats would be two extracts in one folder.
        for other in FORMATS.keys() - {arguments.format}:
            (arguments.output / f"{table}.{other}").unlink(missing_ok=True)

    for table, columns in EVENT_FILES.items():
        run(connection, f"1?_{table}*.sql")
        run(connection, "2*.sql", f"{table} ")
        write(connection, EVENTS.format(columns=columns, letter=table[0].upper()), arguments.output / f"{table}.parquet")
    print(f"Written to {arguments.output} in {time.perf_counter() - started:.0f} s.")


def how_to_build(folder: Path) -> str:
    """The command that builds on an extract, in a warehouse of its own."""
    extract, warehouse = (shlex.quote(str(path)) for path in (folder, folder.with_name(f"{folder.name}.duckdb")))
    return f"Build on it, in a warehouse of its own: PHM_EXTRACT_DIR={extract} PHM_DATABASE={warehouse} make build"


def main() -> None:
    arguments = read_arguments()
    try:
        with tempfile.TemporaryDirectory() as spill_folder:
            generate(arguments, spill_folder)
        if arguments.output != HERE / "extract":
            print(how_to_build(arguments.output))
    except OSError as error:
        sys.exit(f"Cannot write the extract to {arguments.output}: {error.strerror or error}.")
    except duckdb.IOException as error:
        sys.exit(f"Cannot write the extract to {arguments.output}: {str(error).splitlines()[0]}")


if __name__ == "__main__":
    main()
