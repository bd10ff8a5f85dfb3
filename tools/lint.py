"""Runs every check of style and conventions, and prints what each found: python tools/lint.py (or: make lint)

SQL files behind it: then sqlfluff looks at those alone, which takes half the time.

Each is an ordinary command. Here they run side by side, and in a Python that does
not look for memory to give back: that took nearly half of the time, and each ends before it needs any.
"""

import gc
import json
import os
import shlex
import subprocess
import sys
import tempfile
import time
from importlib.metadata import entry_points
from pathlib import Path

# Here, and not further down, since the processes that sqlfluff starts read this file first.
gc.disable()

PROJECT = Path(__file__).resolve().parents[1]
FAILURES = 'target/conventions.json'

# What is deprecated stops it. --no-partial-parse: what dbt keeps of the last run can hide an error.
PARSE = [
    'dbt', '--no-use-colors', '--quiet', 'parse', '--no-partial-parse', '--show-all-deprecations',
    '--warn-error-options', '{error: [Deprecations]}',
]
CONVENTIONS = ['dbt-bouncer', 'run', '--output-only-failures', '--output-file', FAILURES]
YAML = ['yamllint', '--strict', '.']
SQL = ['sqlfluff', 'lint', '--disable-progress-bar', '--processes', '2']


class Check:
    """One of the commands above, at work."""

    def __init__(self, command: list[str]):
        self.command, self.started = command, time.monotonic()
        self.output = tempfile.TemporaryFile('w+', encoding='utf-8', errors='replace')
        self.process = subprocess.Popen(
            [sys.executable, __file__, *command], cwd=PROJECT, stdout=self.output, stderr=subprocess.STDOUT,
            # A warehouse of its own: the other may be in use.
            env=os.environ | {'PHM_DATABASE': 'target/lint.duckdb', 'DBT_TARGET_PATH': 'target'},
        )

    def passes(self) -> bool:
        """Waits until it ends; prints what it found."""
        passed = self.process.wait() == 0
        print(f"{'passed' if passed else 'FAILED'}  {shlex.join(self.command)}", flush=True)
        if not passed:
            print(self.found(), flush=True)
        return passed

    def found(self) -> str:
        self.output.seek(0)
        return self.output.read().strip()


class Conventions(Check):
    """Its own table breaks the sentences into narrow columns."""

    def found(self) -> str:
        listed = PROJECT / FAILURES
        if not listed.exists():
            return super().found()
        failures = json.loads(listed.read_text(encoding='utf-8'))
        return '\n'.join(f"{failure['file_path']}: {failure['failure_message']}" for failure in failures)


def lint(sql_files: list[str]) -> bool:
    (PROJECT / FAILURES).unlink(missing_ok=True)
    yaml, parse = Check(YAML), Check(PARSE)
    parses = parse.passes()
    if not parses:
        yaml.passes()
        print('Not run, since dbt could not read the project: dbt-bouncer and sqlfluff. Correct the above first.')
        return False
    # Both need what dbt has parsed.
    checks = [yaml, Conventions(CONVENTIONS), Check(SQL + sql_files)]
    return all([check.passes() for check in checks])


def run_command(name: str, *arguments: str) -> None:
    """What the command of an installed package does, in this process."""
    if name == 'dbt':
        # dbt looks for keys in the wrong place, and names it does not know, for some warehouses only.
        from dbt.jsonschemas import jsonschemas
        jsonschemas._JSONSCHEMA_SUPPORTED_ADAPTERS.add('duckdb')
    sys.argv = [name, *arguments]
    (command,) = entry_points(group='console_scripts', name=name)
    sys.exit(command.load()())


if __name__ == '__main__':
    if sys.argv[1:] and sys.argv[1] in [command[0] for command in (PARSE, CONVENTIONS, YAML, SQL)]:
        run_command(*sys.argv[1:])
    sys.exit(not lint(sys.argv[1:]))
