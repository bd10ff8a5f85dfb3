"""Checks style and conventions, and prints what each check found.

    python tools/lint.py          (or: make lint)            the style of the files that differ from main, committed or not
    python tools/lint.py --all    (or: make lint all=yes)    of every file, and dbt parses all of them afresh

The conventions are those of the whole project each time. Every file is checked, too, where there is no main to
compare with, and where a file changed that the checks go by.

Each check is an ordinary command. Here they run side by side, and in a Python that does
not look for memory to give back: that takes a fifth of the time, and each ends before it needs any.
"""

import gc
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import entry_points
from pathlib import Path

# Here, and not further down, since the processes that sqlfluff starts read this file first; a test that imports it goes on.
if __name__ != 'lint':
    gc.disable()

PROJECT = Path(__file__).resolve().parents[1]
# Of its own, kept from run to run: the user's holds what was not looked at so closely.
TARGET = Path('target/lint')
FAILURES = TARGET / 'conventions.json'
# What dbt parsed when it last found nothing wrong: what has not changed since needs no second look.
PASSED, PARSED = TARGET / 'passed.msgpack', TARGET / 'partial_parse.msgpack'

# What is deprecated stops it.
PARSE = [
    'dbt', '--no-use-colors', '--quiet', 'parse', '--show-all-deprecations', '--warn-error-options', '{error: [Deprecations]}',
]
CONVENTIONS = ['dbt-bouncer', 'run', '--output-only-failures', '--output-file', str(FAILURES)]
YAML = ['yamllint', '--strict']
SQL = ['sqlfluff', 'lint', '--disable-progress-bar', '--processes', '2']

# Whoever changes one of these changes what is asked of every file.
GO_BY = {'.sqlfluff', '.sqlfluffignore', '.yamllint', 'dbt_project.yml', 'profiles.yml', 'requirements/test.txt', 'tools/lint.py'}


class Check:
    """One of the commands above, at work on these files."""

    def __init__(self, command: list[str], files: list[str] | None = None):
        self.said = shlex.join(command) + (f": {len(files)} file{'s' if len(files) > 1 else ''}" if files else '')
        self.output = tempfile.TemporaryFile('w+', encoding='utf-8', errors='replace')
        self.process = subprocess.Popen(
            [sys.executable, __file__, *command, *(files or [])], cwd=PROJECT, stdout=self.output, stderr=subprocess.STDOUT,
            env=os.environ | {'DBT_TARGET_PATH': str(TARGET)},
        )

    def passes(self) -> bool:
        """Waits until it ends; prints what it found."""
        passed = self.process.wait() == 0
        print(f"{'passed' if passed else 'FAILED'}  {self.said}", flush=True)
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


def lint(changed: set[str] | None) -> bool:
    """Whether all checks pass on these files; on every file if it is None."""
    (PROJECT / FAILURES).unlink(missing_ok=True)
    yaml_files = sorted(file for file in changed or [] if file.endswith(('.yml', '.yaml')))
    yaml = [Check([*YAML, '.'])] if changed is None else [Check(YAML, yaml_files)] if yaml_files else []
    if not parses(afresh=changed is None):
        for check in yaml:
            check.passes()
        print('Not run, since dbt could not read the project: dbt-bouncer and sqlfluff. Correct the above first.')
        return False
    # Both need what dbt has parsed.
    sql_files = [] if changed is None else sql_to_read(changed)
    sql = [Check([*SQL, '.'])] if changed is None else [Check(SQL, sql_files)] if sql_files else []
    return all([check.passes() for check in [*yaml, Conventions(CONVENTIONS), *sql]])


def parses(afresh: bool) -> bool:
    """What dbt keeps of a run in which it found a mistake would hide the mistake from the next."""
    passed, parsed = PROJECT / PASSED, PROJECT / PARSED
    parsed.unlink(missing_ok=True)
    is_kept = passed.exists() and not afresh
    if not Check(PARSE + (['--partial-parse-file-path', str(PASSED)] if is_kept else ['--no-partial-parse'])).passes():
        return False
    # dbt writes nothing where nothing has changed; sqlfluff reads the one, and the next lint the other.
    shutil.copy(*((parsed, passed) if parsed.exists() else (passed, parsed)))
    return True


def files_that_differ() -> set[str] | None:
    """From the commit at which the working tree left main, without those deleted; None where that is not enough to check."""
    from impact import CannotCompare, base_commit, git

    for main in ('origin/main', 'main'):
        try:
            commit = base_commit(main)
        except CannotCompare:
            continue
        differ = set(git('diff', '--name-only', '--relative', '-z', commit).split('\0'))
        differ |= set(git('ls-files', '--others', '--exclude-standard', '-z').split('\0'))
        if GO_BY & differ:
            return None
        print(f'Style is checked in the files that differ from {main} ({commit[:8]}): make lint all=yes checks every file.')
        return {file for file in differ if (PROJECT / file).is_file()}
    return None


def sql_to_read(changed: set[str]) -> list[str]:
    """The changed files with SQL, and those whose SQL is made by a macro of a changed file, except what sqlfluff ignores."""
    from pathspec import GitIgnoreSpec

    manifest = json.loads((PROJECT / TARGET / 'manifest.json').read_text(encoding='utf-8'))
    macros = manifest['macros']
    affected = {name for name, macro in macros.items() if macro['original_file_path'].replace('\\', '/') in changed}
    while callers := {name for name, macro in macros.items() if affected & set(macro['depends_on']['macros'])} - affected:
        affected |= callers
    files = {file for file in changed if file.endswith('.sql')} | {
        node['original_file_path'].replace('\\', '/') for node in manifest['nodes'].values()
        if affected & set(node['depends_on'].get('macros', []))
    }
    ignored = GitIgnoreSpec.from_lines((PROJECT / '.sqlfluffignore').read_text(encoding='utf-8').splitlines())
    return sorted(file for file in files if file.endswith('.sql') and not ignored.match_file(file))


def run_command(name: str, *arguments: str) -> None:
    """What the command of an installed package does, in this process."""
    if name == 'dbt':
        # dbt looks for keys in the wrong place, and names it does not know, for some warehouses only.
        from dbt.jsonschemas import jsonschemas
        jsonschemas._JSONSCHEMA_SUPPORTED_ADAPTERS.add('duckdb')
    elif name == 'sqlfluff':
        # The warehouse may be in use. Were another named in PHM_DATABASE, dbt would throw away all that it has parsed.
        import duckdb
        connect = duckdb.connect
        duckdb.connect = lambda path, **given: connect(str(TARGET / Path(path).name), **given)
    sys.argv = [name, *arguments]
    (command,) = entry_points(group='console_scripts', name=name)
    sys.exit(command.load()())


if __name__ == '__main__':
    if sys.argv[1:] and sys.argv[1] in [command[0] for command in (PARSE, CONVENTIONS, YAML, SQL)]:
        run_command(*sys.argv[1:])
    if sys.argv[1:] not in ([], ['--all']):
        sys.exit('It finds the changed files by itself: give --all to check every file, or nothing.')
    sys.exit(not lint(None if sys.argv[1:] else files_that_differ()))
