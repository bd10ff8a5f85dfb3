"""What the build of the demo published: every mart, apart by who may read it, equal to the warehouse."""

import json
import re

import duckdb
from conftest import PROJECT
from published_parts import open_part, published, tables

PARTS = ['patient_level', 'aggregate', 'published']


def test_a_build_says_at_its_end_what_it_made(built):
    patients, practices, networks = built.rows(
        'select count(*), count(distinct practice_code), count(distinct pcn_code) from marts.dim_patient'
    )[0]
    rejected, received = built.rows('select sum(rows_rejected), sum(rows_received) from marts.data_quality_summary')[0]
    for line in (
        f'As of 2026-10-31: {patients:,} registered patients, {practices} practices, {networks} networks, ',
        f'Turned away: {rejected:,} of {received:,} rows',
        f'Published: {published(built)}/current',
        'Next: ',
    ):
        assert line in built.output


def test_a_whole_build_publishes_all_marts_apart_by_who_may_read_them(built):
    version = published(built) / 'current'
    found = {part: tables(version, part) for part in PARTS}
    marts = built.rows("""
        select table_schema || '.' || table_name, bool_or(column_name = 'patient_id'), table_schema
        from information_schema.columns join information_schema.tables using (table_schema, table_name)
        where table_schema in ('marts', 'published') group by all order by 1
    """)
    for part in PARTS:
        assert found[part] == [
            name for name, has_patient_id, schema in marts
            if part == ('patient_level' if has_patient_id else 'published' if schema == 'published' else 'aggregate')
        ]
    assert 'marts.cohort_recall_list' in found['patient_level'] and 'marts.inequality_metrics' in found['aggregate']
    assert not list(version.rglob('*.wal'))


def test_the_published_tables_equal_those_of_the_warehouse(built):
    version = (published(built) / 'current').resolve()
    for part in PARTS:
        for name in tables(version, part):
            with duckdb.connect() as reader:
                reader.execute(f"attach '{built.database}' as phm (read_only)")
                reader.execute(f"attach '{version}/{part}/phm_{part}.duckdb' as copy (read_only)")
                parquet = f"'{version}/{part}/{name.split('.')[1]}.parquet'"
                expected = contents(reader, f'phm.{name}')
                assert contents(reader, f'copy.{name}') == contents(reader, parquet) == expected, name


def contents(reader, relation: str) -> tuple:
    """Columns, number of rows, and a sum over all rows that a change of any value changes."""
    columns = [row[:2] for row in reader.execute(f'describe from {relation}').fetchall()]
    return columns, reader.execute(f'select count(*), sum(hash(found)) from {relation} as found').fetchall()


def test_no_aggregate_has_a_patient_id_in_a_name_or_a_value(built):
    patients = built.column("select patient_id from staging.stg_patient")
    assert len(patients) > 1000
    for part in ['aggregate', 'published']:
        for name in tables(published(built) / 'current', part):
            with open_part(published(built) / 'current', part) as reader:
                columns = reader.execute(f'describe {name}').fetchall()
                assert 'patient_id' not in [column for column, *_ in columns], name
                for column, kind, *_ in columns:
                    if kind == 'VARCHAR':
                        values = {value for value, in reader.execute(f'select distinct {column} from {name}').fetchall()}
                        assert not values & set(patients), f'{name}.{column}'


def test_the_published_folder_says_what_it_holds(built):
    version = published(built) / 'current'
    about = json.loads((version / 'about.json').read_text(encoding='utf-8'))
    assert about['as_of_date'] == about['as_of_dates'] == '2026-10-31'
    assert about['extract_folder'].endswith('demo/extract') and about['extract_date'] == '2026-11-02'
    assert about['purpose'] == 'secondary_use'
    assert version.resolve().name == about['version']
    if (PROJECT / '.git').exists():
        assert re.fullmatch('[0-9a-f]{40}(-dirty)?', about['project_commit'])
    for part in ['patient_level', 'aggregate']:
        of_part = json.loads((version / part / 'about.json').read_text(encoding='utf-8'))
        assert of_part['version'] == about['version']
        with open_part(version, part) as reader:
            assert reader.execute('select version from about').fetchall() == [(about['version'],)]
            for table in of_part['tables']:
                count = reader.execute(f'select count(*) from {table["table_name"]}').fetchone()
                assert count == (table['row_count'],)
