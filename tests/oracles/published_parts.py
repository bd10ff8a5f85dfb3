"""The published copy of a build: where it is, and what its parts hold."""

from pathlib import Path

import duckdb


def published(run) -> Path:
    return run.database.parent / 'published'


def open_part(version: Path, part: str) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(version / part / f'phm_{part}.duckdb'), read_only=True)


def tables(version: Path, part: str) -> list[str]:
    if not (version / part).exists():
        return []
    with open_part(version, part) as reader:
        return [name for name, in reader.execute('select table_name from about_tables order by 1').fetchall()]
