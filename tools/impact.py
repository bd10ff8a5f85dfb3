"""What a change does to the numbers: the impact of the working tree against another commit.

    python tools/impact.py main        (or: make impact base=main)

Compares with the commit at which the working tree left `main`. Of the working tree only what differs from it and what
stands on that is built, as far as searches and indicators need it (dbt's state:modified+, deferred to the build of the
base). Of the commit what is compared with that or read by it is built, once, on the same extract, and kept beside the
warehouse. The report is printed and written to target/impact/impact.md, for the pull request. It has counts of patients,
small ones hidden (see small_numbers.py).

Other variables, the same for both sides: --vars "{as_of_date: 2026-09-30}". Another extract: PHM_EXTRACT_DIR.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.metadata import version
from pathlib import Path

import yaml
from impact_dbt import CannotCompare, Dbt
from impact_report import Codelist, Impact, Measure, in_markdown
from small_numbers import shown

PROJECT = Path(__file__).resolve().parents[1]
REPORT = PROJECT / 'target' / 'impact' / 'impact.md'

BASES_KEPT = 3
# Who is registered, and in which network.
REGISTERED = ['model.phm.registered_patient', 'model.phm.stg_practice']

# Which rows of a model are counted in which part.
PARTS = {
    'cohorts': {'patients': 'true'},
    'indicators': {
        'denominator': "status != 'excluded'",
        'excluded': "status = 'excluded'",
        'numerator': "status = 'achieved'",
    },
}


def main() -> None:
    arguments = argparse.ArgumentParser(description='What the working tree does to the numbers.')
    arguments.add_argument('base', help='the branch, tag or commit to compare with, for example main')
    arguments.add_argument('--vars', default='{}', help="dbt's variables, the same for both sides")
    given = arguments.parse_args()
    os.chdir(PROJECT)
    try:
        commit = base_commit(given.base)
        extract = extract_folder()
        before, now, change = build_both(Base(commit, extract, given.vars))
    except CannotCompare as error:
        sys.exit(str(error))
    report = in_markdown(impact(before, now, change, f'`{given.base}` ({commit[:8]})', extract))
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    REPORT.write_text(report, encoding='utf-8')
    print(report)
    say(f'Written to {REPORT.relative_to(PROJECT)}.')


def say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


# ---- What is compared


def git(*arguments: str) -> str:
    run = subprocess.run(['git', *arguments], cwd=PROJECT, capture_output=True, text=True, encoding='utf-8')
    if run.returncode != 0:
        raise CannotCompare(run.stderr.strip())
    return run.stdout.strip()


def base_commit(base: str) -> str:
    """The commit at which the working tree left the base: what others did there since is not this change."""
    try:
        git('rev-parse', '--git-dir')
    except (CannotCompare, FileNotFoundError):
        raise CannotCompare(f'{PROJECT} is not a git repository: there is nothing to compare it with.') from None
    try:
        commit = git('rev-parse', '--verify', '--quiet', '--end-of-options', base + '^{commit}').split()[-1]
    except CannotCompare:
        raise CannotCompare(
            f"git knows no branch, tag or commit '{base}': fetch it (git fetch), or give another, for example main."
        ) from None
    try:
        commit = git('merge-base', commit, 'HEAD')
    except CannotCompare:
        pass  # A clone without the history does not know it.
    if 'dbt_project.yml' not in git('ls-tree', '--name-only', commit).split('\n'):
        raise CannotCompare(f"In '{base}' ({commit[:8]}) there is no dbt_project.yml: give a commit that has the project.")
    return commit


def extract_folder() -> Path:
    folder = Path(os.environ.get('PHM_EXTRACT_DIR') or 'demo/extract').resolve()
    if not any((folder / f'patient.{kind}').exists() for kind in ('parquet', 'csv')):
        raise CannotCompare(f'There is no extract in {folder}: set PHM_EXTRACT_DIR to the folder that has it.')
    return folder


# ---- Building both sides


@dataclass
class Side:
    """A project and where it is built, as far as it is."""

    database: Path
    # dbt's, as it writes it.
    manifest: dict

    @property
    def nodes(self) -> dict[str, dict]:
        return self.manifest['nodes']

    def of_layer(self, layer: str) -> set[str]:
        return {name for name, node in self.nodes.items() if layer_of(node) == layer}

    def with_what_they_read(self, names: Iterable[str]) -> set[str]:
        """The models and seeds of these names, and those that they are made from."""
        return {
            name for name in closure(names, self.manifest['parent_map'])
            if name in self.nodes and self.nodes[name]['resource_type'] in ('model', 'seed')
        }

    def measures_and_codelists(self) -> set[str]:
        """What is compared: the searches, the indicators, and the codelists, read or not."""
        return self.of_layer('cohorts') | self.of_layer('indicators') | self.of_layer('codelists')


@dataclass
class Change:
    """The nodes of the working tree, by unique_id, that differ from the base."""

    changed: set[str]
    # What changed, and what stands on it.
    affected: set[str]
    # Of that, what was built.
    built: set[str]
    # Why everything is taken for changed; mostly empty.
    reason_for_all: str


def layer_of(node: dict) -> str:
    return node['fqn'][1] if node['resource_type'] in ('model', 'seed') else ''


def warehouse() -> Path:
    return Path(os.environ.get('PHM_DATABASE') or 'warehouse/phm.duckdb').resolve()


def builds_folder() -> Path:
    """Beside the warehouse, because it holds patients' records too."""
    return warehouse().with_name(f'{warehouse().stem}_impact')


def base_folder(commit: str, extract: Path, variables: str) -> Path:
    """Where the build of a commit on an extract is kept."""
    files = sorted((file.name, file.stat().st_size, file.stat().st_mtime_ns) for file in extract.iterdir())
    programs = [version(name) for name in ('dbt-core', 'dbt-duckdb', 'duckdb')]
    rest = hashlib.sha256(repr([variables, files, programs]).encode()).hexdigest()
    return builds_folder() / f'base_{commit[:12]}_{rest[:12]}'


class Base:
    """The commit to compare with: its project, and of its tables those that a comparison needed so far."""

    def __init__(self, commit: str, extract: Path, variables: str):
        self.commit, self.extract, self.variables = commit, extract, variables
        self.folder = base_folder(commit, extract, variables)
        self.target, self.built = self.folder / 'target', self.folder / 'built.json'
        self.what = f'base ({commit[:8]})'

    def side(self) -> Side:
        return Side(self.folder / warehouse().name, read_manifest(self.target))

    @contextmanager
    def project(self) -> Iterator[Path]:
        archive = subprocess.run(['git', 'archive', '--format=zip', self.commit], cwd=PROJECT, capture_output=True, check=True)
        with tempfile.TemporaryDirectory() as project:
            zipfile.ZipFile(io.BytesIO(archive.stdout)).extractall(project)
            yield Path(project)

    def parse(self, project: Path, parsed: Path) -> None:
        """Of what dbt has parsed of the working tree it takes over what is the same."""
        self.target.mkdir(parents=True, exist_ok=True)
        forget_old_bases(newest=self.folder)
        shutil.copy(parsed, self.target)
        Dbt(project, self.folder, self.variables, self.what)('parse')
        self.note(set())

    def has(self) -> set[str]:
        return set(json.loads(self.built.read_text(encoding='utf-8')))

    def note(self, names: set[str]) -> None:
        """Last of all, and at once: what is not noted is made again."""
        part = self.built.with_suffix('.part')
        part.write_text(json.dumps(sorted(names)), encoding='utf-8')
        part.replace(self.built)

    def build(self, project: Path, names: set[str]) -> None:
        asked = {
            'names': [name.split('.')[-1] for name in names], 'what': self.what,
            'database': str(self.folder / warehouse().name), 'extract': str(self.extract),
        }
        run = subprocess.run(
            [sys.executable, '-P', PROJECT / 'tools' / 'impact_dbt.py', project, self.folder, self.variables],
            cwd=project, input=json.dumps(asked), capture_output=True, text=True, encoding='utf-8', errors='replace',
        )
        if run.returncode != 0:
            raise CannotCompare(f'{run.stdout}{run.stderr}'.strip())
        self.note(self.has() | names)


def read_manifest(target: Path) -> dict:
    return json.loads((target / 'manifest.json').read_text(encoding='utf-8'))


def forget_old_bases(newest: Path) -> None:
    bases = sorted(newest.parent.glob('base_*'), key=lambda folder: folder.stat().st_mtime, reverse=True)
    for folder in bases[BASES_KEPT:]:
        shutil.rmtree(folder, ignore_errors=True)


def build_both(base: Base) -> tuple[Side, Side, Change]:
    """Of each side what the change affects. What both have alike is built once, in the base, as far as it is read."""
    parsed_before = REPORT.parent / 'target' / 'partial_parse.msgpack'
    for kept in ('partial_parse.msgpack', 'lint/passed.msgpack'):
        take_over(PROJECT / 'target' / kept, parsed_before)
    dbt = Dbt(PROJECT, REPORT.parent, base.variables, 'working tree')
    parsed = dbt('parse')
    folder = builds_folder() / 'working_tree'
    # Not named as the base: to DuckDB the file's name is the database's.
    now = Side(folder / f'{warehouse().stem}_now.duckdb', read_manifest(REPORT.parent / 'target'))

    with ExitStack() as stack:
        # Laid out only where something of it is to be read.
        project = cache(lambda: stack.enter_context(base.project()))
        if not base.built.exists():
            base.parse(project(), parsed_before)
        before = base.side()
        change = what_changed(dbt, parsed, base, before, now)
        missing = needed_of_base(before, now, change) - base.has()
        if missing:
            say(f'Building {len(missing)} of the {base.what}, once: kept in {base.folder}.')
            base.build(project(), missing)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    if change.built:
        say(f'Building {len(change.built)} of the working tree.')
        write_profile(folder, before.database)
        names = [now.nodes[name]['name'] for name in change.built]
        state = ['--defer', '--favor-state', '--state', base.target]
        in_database(parsed, now.database.stem)
        dbt.build(names, now.database, base.extract, *state, manifest=parsed, profiles=folder)
    return before, now, change


def in_database(parsed, name: str) -> None:
    """Where dbt makes and reads what it parsed as of the warehouse."""
    for node in [*parsed.nodes.values(), *parsed.sources.values()]:
        if node.database == warehouse().stem:
            node.database = name
            node.relation_name = node.relation_name and node.relation_name.replace(f'"{warehouse().stem}".', f'"{name}".', 1)
    parsed.build_flat_graph()


def take_over(theirs: Path, ours: Path) -> None:
    """What another command has parsed, if it is newer: dbt parses what has changed since, or all if it does not fit."""
    if theirs.exists() and not (ours.exists() and ours.stat().st_mtime > theirs.stat().st_mtime):
        ours.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(theirs, ours)


def what_changed(dbt: Dbt, parsed, base: Base, before: Side, now: Side) -> Change:
    form = ['--resource-type', 'model', 'seed', '--output', 'json', '--output-keys', 'unique_id']
    lines = dbt('ls', *form, '--select', 'state:modified', '--state', base.target, manifest=parsed)
    changed = {json.loads(line)['unique_id'] for line in lines} | own_codelists_that_changed(now, base.commit)
    needed = now.with_what_they_read(now.measures_and_codelists())
    reason_for_all = change_that_dbt_does_not_follow(before, now, base.commit)
    if reason_for_all:
        changed |= needed
    affected = closure(changed, now.manifest['child_map'])
    return Change(changed, affected, affected & needed, reason_for_all)


def needed_of_base(before: Side, now: Side, change: Change) -> set[str]:
    """What is compared with the working tree or read by it, and who is registered in which network."""
    compared = change.built | before.measures_and_codelists() - now.nodes.keys()
    read = {parent for name in change.built for parent in now.manifest['parent_map'][name]} - change.built
    return before.with_what_they_read((compared | read | set(REGISTERED)) & before.nodes.keys())


def write_profile(folder: Path, base: Path) -> None:
    """The project's profile, with the database of the base beside its own, to read from."""
    profiles = yaml.safe_load((PROJECT / 'profiles.yml').read_text(encoding='utf-8'))
    for output in profiles['phm']['outputs'].values():
        output['attach'] = [*output.get('attach', []), {'path': str(base), 'alias': base.stem, 'read_only': True}]
    (folder / 'profiles.yml').write_text(yaml.safe_dump(profiles), encoding='utf-8')


# ---- What changed, beyond what dbt compares


def change_that_dbt_does_not_follow(before: Side, now: Side, commit: str) -> str:
    """A change of this kind, in words; empty if there is none.

    dbt compares no variables, and follows no macro that a model does not call in its own text: those that load seeds,
    offer the extract and are called in hooks. What runs at the end of a build comes too late to change a number.
    """
    texts = [git('show', f'{commit}:./dbt_project.yml'), Path('dbt_project.yml').read_text(encoding='utf-8')]
    settings = [yaml.safe_load(text) for text in texts]
    for key, words in [('vars', 'the variables'), ('on-run-start', 'what runs at the start')]:
        if settings[0].get(key) != settings[1].get(key):
            return f'{words} in `dbt_project.yml` changed'

    macros = before.manifest['macros'] | now.manifest['macros']
    by_nodes = called_by(now, macros, lambda name: not name.startswith('operation.'))
    at_the_start = called_by(now, macros, lambda name: 'on-run-start' in name)
    at_the_end = called_by(now, macros, lambda name: 'on-run-end' in name)
    by_nobody = {
        name for name, macro in macros.items()
        if macro['package_name'] == 'phm' and not macro['name'].startswith('test_')
    } - by_nodes - at_the_end
    not_followed = at_the_start | closure(by_nobody, calls(macros))
    for name in sorted(not_followed & changed_macros(before, now)):
        return f"the macro `{macros[name]['name']}` changed, and dbt does not say what it affects"
    return ''


def changed_macros(before: Side, now: Side) -> set[str]:
    texts = [
        {name: macro['macro_sql'] for name, macro in side.manifest['macros'].items()} for side in (before, now)
    ]
    return {name for name in texts[0].keys() | texts[1].keys() if texts[0].get(name) != texts[1].get(name)}


def called_by(side: Side, macros: dict[str, dict], chosen: Callable[[str], bool]) -> set[str]:
    """The macros that these nodes call, directly or through others."""
    called = [name for node, its in side.nodes.items() if chosen(node) for name in its['depends_on']['macros']]
    return closure(called, calls(macros))


def calls(macros: dict[str, dict]) -> dict[str, list[str]]:
    return {name: macro['depends_on']['macros'] for name, macro in macros.items()}


def closure(names: Iterable[str], next_to: dict[str, list[str]]) -> set[str]:
    waiting, found = list(names), set()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += next_to.get(name, [])
    return found


def own_codelists_that_changed(now: Side, commit: str) -> set[str]:
    """The seeds in whose place a team puts another file (docs/own_rooms.md), of which dbt knows nothing."""
    files = git('diff', '--name-only', '--relative', commit, '--', 'local/codelists').split('\n')
    files += git('ls-files', '--others', '--exclude-standard', '--', 'local/codelists').split('\n')
    names = {f'codelist_{Path(file).stem}' for file in files if file.endswith('.csv')}
    return {name for name, node in now.nodes.items() if node['resource_type'] == 'seed' and node['name'] in names}


class Causes:
    """What changed of all that a search or indicator stands on."""

    def __init__(self, before: Side, now: Side, change: Change):
        self.before, self.now, self.change = before, now, change
        self.changed_macros = changed_macros(before, now)

    def of(self, name: str) -> list[str]:
        if self.change.reason_for_all or name not in self.now.nodes:
            return []
        nodes, macros, own = [], set(), []
        for cause in closure([name], self.now.manifest['parent_map']) & self.change.changed:
            called = self.macros.get(cause)
            if called:
                macros |= called
            elif cause == name:
                own = ['its own file']
            else:
                nodes.append(f"`{self.now.nodes[cause]['name']}`")
        return own + sorted(nodes) + sorted(f"the macro `{name.split('.')[-1]}`" for name in macros)

    @cached_property
    def macros(self) -> dict[str, set[str]]:
        """Of what changed only because of macros: which."""
        found = {}
        for name in self.change.changed:
            node, old = self.now.nodes[name], self.before.nodes.get(name)
            if old and all(old[key] == node[key] for key in ('checksum', 'unrendered_config')):
                called = closure(node['depends_on']['macros'], calls(self.now.manifest['macros']))
                found[name] = called & self.changed_macros
        return found


# ---- The numbers


def impact(before: Side, now: Side, change: Change, base: str, extract: Path) -> Impact:
    import duckdb

    with duckdb.connect(str(now.database)) as connection:
        connection.execute(f"attach if not exists {literal(before.database)} as {before.database.stem} (read_only)")
        numbers = Numbers(connection, before, now, change)
        is_demo = extract == PROJECT / 'demo' / 'extract'
        where = 'the demo extract' if is_demo else f'the extract `{extract.name}`'
        inside = '' if is_demo else (
            ' **This report stays inside the secure environment**: counts before and after a change tell more than either.'
        )
        return Impact(
            measures=list(numbers.measures()),
            codelists=list(numbers.codelists()),
            marts=sorted(
                now.nodes[name]['name'] for name in (now.of_layer('marts') | now.of_layer('published')) & change.affected
            ),
            networks=numbers.networks,
            compared=f'Compared with {base}, both on {where}, as of {numbers.as_of_date}.{inside}',
            reason_for_all=change.reason_for_all,
        )


def literal(value) -> str:
    return "'" + str(value).replace("'", "''") + "'"


class Numbers:
    """Reads both databases. What the working tree did not build is as in the base."""

    def __init__(self, connection, before: Side, now: Side, change: Change):
        self.connection, self.sides, self.change = connection, {'before': before, 'now': now}, change
        self.causes = Causes(before, now, change)
        networks = connection.execute(
            ' union '.join(f'select network from ({self.registered(side)})' for side in self.sides) + ' order by network'
        )
        self.networks = [network for network, in networks.fetchall()]
        date = connection.execute(f"select max(as_of_date) from {self.relation('now', REGISTERED[0])}")
        self.as_of_date = date.fetchone()[0]

    def relation(self, side: str, unique_id: str) -> str:
        where = self.sides['now' if side == 'now' and unique_id in self.change.built else 'before']
        node = where.nodes[unique_id]
        return f'"{where.database.stem}"."{node["schema"]}"."{node["alias"]}"'

    def registered(self, side: str) -> str:
        return f"""
            select patient.patient_id, coalesce(practice.pcn_name, practice.pcn_code, 'no network') as network
            from {self.relation(side, REGISTERED[0])} as patient
            left join {self.relation(side, REGISTERED[1])} as practice
                on patient.practice_code = practice.practice_code
        """

    def pairs(self, names: dict[str, set[str]]) -> Iterator[tuple[str, dict | None, dict | None]]:
        """Of these, on each side, those that are affected or on one side only: the name, its node before and now."""
        for name in sorted(names['before'] | names['now']):
            old, new = self.sides['before'].nodes.get(name), self.sides['now'].nodes.get(name)
            if not old or not new or name in self.change.built:
                yield name, old, new

    def measures(self) -> Iterator[Measure]:
        for layer, parts in PARTS.items():
            for name, old, new in self.pairs({side: build.of_layer(layer) for side, build in self.sides.items()}):
                counts = {part: self.count(name, rows, old, new) for part, rows in parts.items()}
                moved = any(sum(joined) or sum(left) for _, joined, left in counts.values())
                yield Measure(
                    name=(new or old)['name'],
                    layer=layer,
                    verdict='new' if not old else 'deleted' if not new else 'changed' if moved else 'no change',
                    title=(new or old)['config']['meta'].get('title', ''),
                    definition_before=old['config']['meta'].get('definition', '') if old else '',
                    definition_now=new['config']['meta'].get('definition', '') if new else '',
                    causes=self.causes.of(name),
                    patients={part: shown(*numbers) for part, numbers in counts.items()},
                )

    def count(self, name: str, rows: str, old, new) -> tuple[int, list[int], list[int]]:
        """How many there were; who joined and who left since, network by network."""
        members = {
            side: f"""
                select patient_id, network from {self.relation(side, name)}
                inner join ({self.registered(side)}) as patient using (patient_id)
                where {rows}
            """ if exists else "select '' as patient_id, '' as network where false"
            for side, exists in [('before', old), ('now', new)]
        }
        counted = self.connection.execute(f"""
            select
                coalesce(now.network, before.network) as network,
                count(before.patient_id) as before,
                count(*) filter (where before.patient_id is null) as joined,
                count(*) filter (where now.patient_id is null) as gone
            from ({members['before']}) as before
            full join ({members['now']}) as now on before.patient_id = now.patient_id
            group by all
        """).fetchall()
        of_network = {network: numbers for network, *numbers in counted}
        in_order = [of_network.get(network, (0, 0, 0)) for network in self.networks]
        before, joined, left = (list(column) for column in zip(*in_order))
        return sum(before), joined, left

    def codelists(self) -> Iterator[Codelist]:
        for name, old, new in self.pairs({
            side: {name for name in build.of_layer('codelists') if name.startswith('seed.')}
            for side, build in self.sides.items()
        }):
            before = self.codes('before', name) if old else {}
            now = self.codes('now', name) if new else {}
            changes = list(changed_codes(before, now))
            if changes or not old or not new:
                verdict = 'new' if not old else 'deleted' if not new else 'changed'
                yield Codelist((new or old)['name'], verdict, len(now), changes)

    def codes(self, side: str, name: str) -> dict[str, dict]:
        rows = self.connection.execute(f'select * from {self.relation(side, name)}')
        columns = [column[0] for column in rows.description]
        return {row['code']: row for row in (dict(zip(columns, values)) for values in rows.fetchall())}


def changed_codes(before: dict[str, dict], now: dict[str, dict]) -> Iterator[tuple[str, str, str]]:
    """Each code that is new, gone or has another term (or another column): the code, its term, what happened."""
    for code in sorted(before.keys() | now.keys()):
        old, new = before.get(code), now.get(code)
        if not old or not new:
            yield code, (new or old)['term'], 'added' if new else 'removed'
            continue
        for column in {**old, **new}:
            values = [literal(row[column]) if row.get(column) is not None else 'nothing' for row in (old, new)]
            if values[0] != values[1]:
                yield code, new['term'], f'{column} was {values[0]}, is {values[1]}'


if __name__ == '__main__':
    # dbt keeps what it reads to the end: to look for memory to give back takes a fifth of the time.
    gc.disable()
    main()
