"""What passed is published, whole, and readers never notice how; benchmarks/published_copy.py tries it at length."""

import json
import os
import re
import sys
from pathlib import Path

import duckdb
import published_folder
import pytest
from conftest import PROJECT, dbt_here, part_of_project

PARTS = ['patient_level', 'aggregate', 'published']


def published(run) -> Path:
    return run.database.parent / 'published'


def open_part(version: Path, part: str) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(version / part / f'phm_{part}.duckdb'), read_only=True)


def tables(version: Path, part: str) -> list[str]:
    if not (version / part).exists():
        return []
    with open_part(version, part) as reader:
        return [name for name, in reader.execute('select table_name from about_tables order by 1').fetchall()]


@pytest.fixture(scope='module')
def small(parsed):
    """The project without most of it: what data_quality_summary needs, and its tests. A whole build takes seconds."""
    def run(folder, change=None, *arguments, **options):
        manifest = part_of_project(parsed.deepcopy(), 'data_quality_summary')
        if change:
            change(manifest)
        return dbt_here(manifest, 'build', *arguments, folder=folder, **options)
    return run


def spoil(manifest) -> None:
    """A data test that fails."""
    manifest.nodes['test.phm.rows_received_are_accepted_or_rejected'].raw_code = 'select 1 as one'


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


def test_a_build_of_a_part_publishes_nothing(small, tmp_path):
    run = small(tmp_path, None, '--exclude', 'data_quality_summary')
    assert run.ok, run.output
    assert 'Not published, because only a part was built' in run.output
    assert not published(run).exists()


def test_a_build_that_fails_leaves_what_was_published(small, tmp_path):
    run = small(tmp_path)
    assert run.ok, run.output
    before = (published(run) / 'current').resolve()
    assert tables(before, 'aggregate') == ['marts.data_quality_practice', 'marts.data_quality_summary']
    run = small(tmp_path, spoil)
    assert not run.ok
    assert 'Not published, because not everything passed' in run.output
    assert (published(run) / 'current').resolve() == before
    assert tables(before, 'aggregate') == ['marts.data_quality_practice', 'marts.data_quality_summary']
    assert os.listdir(published(run) / 'versions') == [before.name]


def test_a_publishing_that_fails_fails_the_build(small, tmp_path):
    (tmp_path / 'published').write_text('where the folder should be')
    run = small(tmp_path)
    assert not run.ok
    assert 'Publishing to' in run.output and 'Not a directory' in run.output, run.output


def test_the_next_build_takes_its_place_and_a_reader_keeps_what_it_holds(small, tmp_path):
    run = small(tmp_path)
    first = (published(run) / 'current').resolve()
    query = 'select version, rows_received from about, marts.data_quality_summary order by all'
    with open_part(published(run) / 'current', 'aggregate') as reader:
        seen = reader.execute(query).fetchall()
        run = small(tmp_path)
        assert run.ok, run.output
        second = (published(run) / 'current').resolve()
        write_version(published(run), 'third')
        published_folder.publish_switch(str(published(run)), 'third')
        assert not first.exists(), 'of the versions the last two are kept'
        assert len(os.listdir(published(run) / 'versions')) == 2
        assert reader.execute(query).fetchall() == seen
    with open_part(second, 'aggregate') as reader:
        assert reader.execute(query).fetchall() != seen


def write_version(folder: Path, version: str) -> None:
    """As macros/publish/publish.sql does, with one small file for each part."""
    unfinished = Path(published_folder.publish_prepare(str(folder), 'patient_level aggregate', ''))
    for part in ['patient_level', 'aggregate']:
        (unfinished / part / 'table.csv').write_text(version)


def read_version(folder: Path) -> str:
    current = published_folder.current_version(str(folder))
    patients, aggregates = ((current / part / 'table.csv').read_text() for part in ['patient_level', 'aggregate'])
    assert patients == aggregates == current.name
    return current.name


@pytest.mark.skipif(not hasattr(os, 'fork'), reason='needs fork')
def test_a_kill_at_any_line_leaves_the_older_or_the_newer_version_whole(tmp_path):
    seen = []
    for line in range(200):
        folder = tmp_path / str(line)
        write_version(folder, 'older')
        published_folder.publish_switch(str(folder), 'older')
        write_version(folder, 'newer')
        child = os.fork()
        if child == 0:
            kill_at(line, folder)
        killed = os.waitpid(child, 0)[1] != 0
        seen.append(read_version(folder))
        write_version(folder, 'newest')
        published_folder.publish_switch(str(folder), 'newest')
        assert read_version(folder) == 'newest'
        assert set(os.listdir(folder)) == {'current', 'versions'}
        assert set(os.listdir(folder / 'versions')) <= {'older', 'newer', 'newest'}
        assert len(os.listdir(folder / 'versions')) == 2
        if not killed:
            break
    assert not killed and line > 40, line
    assert seen == sorted(seen, reverse=True) and set(seen) == {'older', 'newer'}


def kill_at(line: int, folder: Path) -> None:
    """In a child process: publish, and end without any cleaning up before this line."""
    left = line

    def trace(frame, event, argument):
        nonlocal left
        if frame.f_code.co_filename != published_folder.__file__:
            return None
        if event == 'line':
            if left == 0:
                os._exit(9)
            left -= 1
        return trace

    sys.settrace(trace)
    published_folder.publish_switch(str(folder), 'newer')
    os._exit(0)


def test_only_the_owner_reads_patients_until_others_are_let_in(tmp_path):
    for version in ['first', 'second', 'third']:
        write_version(tmp_path, version)
        part = Path(published_folder.publish_switch(str(tmp_path), version)) / 'patient_level'
        if version == 'first':
            assert part.stat().st_mode & 0o777 == 0o700
            part.chmod(0o750)
        else:
            assert part.stat().st_mode & 0o777 == 0o750


def test_where_there_are_no_links_a_file_names_the_version(tmp_path, monkeypatch):
    def refuse(*arguments, **options):
        raise OSError

    monkeypatch.setattr(Path, 'symlink_to', refuse)
    for version in ['first', 'second', 'third']:
        write_version(tmp_path, version)
        published_folder.publish_switch(str(tmp_path), version)
        assert read_version(tmp_path) == version
        assert set(os.listdir(tmp_path)) == {'current.txt', 'versions'}
    assert set(os.listdir(tmp_path / 'versions')) == {'second', 'third'}
