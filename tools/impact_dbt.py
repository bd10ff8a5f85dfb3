"""dbt in one process, for tools/impact.py: parse a project with what dbt keeps of an earlier time, build it elsewhere.

    python -P tools/impact_dbt.py <project> <folder> <variables>

builds the models and seeds named on standard input. That is how a commit is built: in a process of its own, in which
Python finds the commit's own modules (-P: not those beside this file).
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import sys
from pathlib import Path

NO_TESTS = ['--exclude-resource-type', 'test', 'unit_test']


class CannotCompare(Exception):
    """Why there is no report: one sentence, after dbt's own words where a build failed."""


class Dbt:
    """Of a project, with dbt's files in the folder. `what` it is, is said where it fails."""

    def __init__(self, project: Path, folder: Path, variables: str, what: str):
        self.project, self.what = project, what
        self.given = [
            '--project-dir', project, '--target-path', folder / 'target', '--log-path', folder / 'logs',
            '--vars', variables, '--no-use-colors', '--log-level', 'none',
        ]

    def __call__(self, *arguments, profiles: Path | None = None, manifest=None):
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager
        from dbt.cli.main import dbtRunner

        errors = []
        runner = dbtRunner(manifest, callbacks=[
            lambda event: errors.append(event.info.msg) if event.info.level == 'error' else None
        ])
        with contextlib.chdir(self.project):
            given = [*arguments, *self.given, '--profiles-dir', profiles or self.project]
            result = runner.invoke([str(argument) for argument in given])
            # Or DuckDB would keep the file open.
            DuckDBConnectionManager.close_all_connections()
        if not result.success:
            why = '\n'.join(line for line in errors if line.strip()) or result.exception
            raise CannotCompare(f'{why}\nThe {self.what} cannot be built: dbt says above why.')
        return result.result

    def build(self, names: list[str], database: Path, extract: Path, *options, manifest, profiles: Path | None = None) -> None:
        """Only now, since to dbt a project with another warehouse is one that it has not parsed."""
        os.environ.update({
            'PHM_DATABASE': str(database), 'PHM_EXTRACT_DIR': str(extract),
            # A part of a project is never published; the folder is given so that it could not be the real one.
            'PHM_PUBLISHED_DIR': str(database.with_name('published')),
        })
        self('build', '--no-write-json', *NO_TESTS, '--select', *sorted(names), *options, manifest=manifest, profiles=profiles)


def build_commit(project: str, folder: str, variables: str) -> None:
    asked = json.load(sys.stdin)
    dbt = Dbt(Path(project), Path(folder), variables, asked['what'])
    try:
        dbt.build(asked['names'], Path(asked['database']), Path(asked['extract']), manifest=dbt('parse', '--no-write-json'))
    except CannotCompare as error:
        sys.exit(str(error))


if __name__ == '__main__':
    # dbt keeps what it reads to the end: to look for memory to give back takes a fifth of the time.
    gc.disable()
    build_commit(*sys.argv[1:])
