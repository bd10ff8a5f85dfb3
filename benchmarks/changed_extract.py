"""The extract of the next day: a copy in which the records of a few patients have changed.

    python benchmarks/changed_extract.py demo/extract /tmp/next_day --share 0.01

A hash of the patient_id decides who has changed, so the same extract, share and seed give the same changes. Of every
twenty of them:

- sixteen have a changed record: a tenth of their events are gone, a tenth have an earlier date and a higher value, and
  a tenth come once more, on 30 October 2026;
- one left the practice on 25 October 2026, one is gone from all files, and one has opted out of secondary use;
- one is joined by a new patient, who has a copy of their registrations and record.

The tables of events, and of patients, are written as Parquet; practices and areas are copied as they are.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

import duckdb

EVENTS = ['condition', 'observation', 'vaccination', 'medication']

PREPARE = """
create macro draw(identifier, word) as (hash(concat(identifier, '-', word, '-', {seed})) >> 11) / 9007199254740992e0;

create temp table change as
select
    patient_id,
    case
        when draw(patient_id, 'how') < 0.80 then 'record'
        when draw(patient_id, 'how') < 0.85 then 'left'
        when draw(patient_id, 'how') < 0.90 then 'gone'
        when draw(patient_id, 'how') < 0.95 then 'opted out'
        else 'joined'
    end as kind
from (select distinct patient_id from {patient} where patient_id is not null)
where draw(patient_id, 'changed') < {share};
"""

PATIENT = """
select * replace (
    if(kind = 'left' and registration_end_date is null, '2026-10-25', registration_end_date) as registration_end_date,
    if(kind = 'opted out', 'true', type_1_opt_out) as type_1_opt_out
)
from (select patient.*, kind from {table} as patient left join change using (patient_id))
where coalesce(kind, '') <> 'gone'
union all by name
select patient.* replace (concat(patient_id, 'N') as patient_id), kind
from {table} as patient
join change using (patient_id)
where kind = 'joined'
"""

EVENT = """
with
event as (
    select event.*, kind, if(kind = 'record', draw(event_id, 'event'), 1) as event_draw
    from {table} as event
    left join change using (patient_id)
)
select * replace ({changed_values})
from event
where coalesce(kind, '') <> 'gone' and event_draw >= 0.1
union all by name
select * replace (concat(event_id, 'A') as event_id, date '2026-10-30' as event_date)
from event
where kind = 'record' and event_draw >= 0.9
union all by name
select * replace (concat(event_id, 'N') as event_id, concat(patient_id, 'N') as patient_id)
from event
where kind = 'joined'
"""


def file_of(folder: Path, table: str) -> str:
    """The table in the extract, as DuckDB reads it."""
    file = folder / f'{table}.parquet'
    return f"'{file}'" if file.exists() else f"read_csv('{file.with_suffix('.csv')}', all_varchar = true)"


def changed_extract(extract: Path, output: Path, share: float = 0.01, seed: int = 1) -> dict[str, int]:
    """Write the changed extract; the result is how many patients changed in which way."""
    output.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect()
    connection.execute('set enable_progress_bar = false')
    connection.execute(PREPARE.format(patient=file_of(extract, 'patient'), share=share, seed=seed))

    def columns_of(table: str) -> list[str]:
        return [name for name, *_ in connection.execute(f'describe from {file_of(extract, table)}').fetchall()]

    def write(table: str, query: str) -> None:
        connection.execute(f"""
            copy (select {', '.join(columns_of(table))} from ({query}) order by all)
            to '{output}/{table}.parquet' (format parquet, compression zstd)
        """)

    write('patient', PATIENT.format(table=file_of(extract, 'patient')))
    for table in EVENTS:
        if (extract / f'{table}.parquet').exists() or (extract / f'{table}.csv').exists():
            values = ['if(event_draw < 0.2, cast(event_date as date) - 3, cast(event_date as date)) as event_date']
            if 'value' in columns_of(table):
                values.append('if(event_draw < 0.2, cast(value as double) + 1, cast(value as double)) as value')
            write(table, EVENT.format(table=file_of(extract, table), changed_values=', '.join(values)))
    for file in extract.iterdir():
        if file.stem in ('practice', 'lsoa'):
            shutil.copy(file, output / file.name)
    return dict(connection.execute('select kind, count(*) from change group by kind order by kind').fetchall())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('extract', type=Path)
    parser.add_argument('output', type=Path)
    parser.add_argument('--share', type=float, default=0.01, help='of the patients (default 0.01)')
    parser.add_argument('--seed', type=int, default=1)
    given = parser.parse_args()
    if given.output.resolve() == given.extract.resolve():
        sys.exit('The changed extract needs a folder of its own.')
    for kind, patients in changed_extract(given.extract, given.output, given.share, given.seed).items():
        print(f'{kind:<9}{patients:>10,} patients')


if __name__ == '__main__':
    main()
