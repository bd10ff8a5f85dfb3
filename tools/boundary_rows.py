"""Rows for the unit test of a search, made from its criteria: patients on both sides of each boundary.

tools/new_cohort.py writes them into the YAML of the search. Each patient differs in one respect from the first, who is found. Who
else is found is what the criteria say, as this file reads them: the analyst corrects what was not meant.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Callable

import jinja2
import yaml

PROJECT = Path(__file__).resolve().parents[1]
DAY = timedelta(days=1)
COMBINED = ('all_of', 'any_of', 'none_of', 'at_least_n_of')
ATTRIBUTES = {
    'sex_is': ('sex', ['female', 'male', 'indeterminate']),
    'ethnic_group_is': ('ethnic_group', ['White', 'Mixed', 'Asian', 'Black', 'Other']),
    'deprivation_quintile_is': ('imd_quintile', [1, 2, 3, 4, 5]),
    'in_core20': ('is_core20', [True, False]),
    'lives_rurally': ('rural_urban', ['rural', 'urban']),
    'ethnicity_recorded': ('ethnic_category', ['A', None]),
}
COUNTED = {
    'has_condition': (['condition'], 'at_least_times'), 'vaccinated': (['vaccination'], 'doses'),
    'prescribed': (['medication'], 'at_least_times'),
    'recorded': (['condition', 'observation', 'vaccination', 'medication'], 'at_least_times'),
}


@dataclass
class Block:
    """A block that looks at one row of one model: rows worth trying, each with a name, and whether the block holds of one."""

    model: str
    rows: list[tuple[str, dict | None]]
    holds: Callable[[dict | None], bool]


@dataclass
class Combination:
    kind: str
    blocks: list
    least: int = 1


def unit_test(search: Path) -> str:
    """The section unit_tests of the YAML, from the file of the search."""
    everyone = patients(Combination('all_of', criteria(search)))
    models = sorted({model for _, rows, _ in everyone for model in rows} - {'registered_patient'})
    lines = ['unit_tests:', '  - name: every_criterion_must_hold', f'    model: {search.stem}', '    given:']
    for model in ['registered_patient', *models]:
        rows_of = [rows.get(model, {} if model == 'registered_patient' else None) for _, rows, _ in everyone]
        given = [(number, name, row) for number, ((name, *_), row) in enumerate(zip(everyone, rows_of), 1) if row is not None]
        lines.append(f"      - input: ref('{model}')")
        lines += in_sql(given) if any('days' in row for _, _, row in given) else in_yaml(model, given)
    lines += ['    expect:', '      rows:']
    lines += [f'        - {{patient_id: {scalar(name)}}}' for name, _, is_found in everyone if is_found]
    return '\n'.join(lines) + '\n'


def in_yaml(model: str, given: list) -> list[str]:
    if not given:
        return ['        rows: []']
    columns = list(dict.fromkeys(column for _, _, row in given for column in row))
    lines = ['        rows:']
    for number, name, row in given:
        values = {'patient_number': number} | ({'patient_id': name} if model == 'registered_patient' else {})
        values |= {column: row.get(column) for column in columns}
        note = '' if model == 'registered_patient' else f'  # {name}'
        lines.append('          - {' + ', '.join(f'{key}: {scalar(value)}' for key, value in values.items()) + '}' + note)
    return lines


def in_sql(given: list) -> list[str]:
    """Days in a list cannot be written as YAML."""
    is_active = ', true as is_active, cast(days as date[]) as active_dates' if any('is_active' in row for _, _, row in given) else ''
    values = [f"            ({number} /* {name} */, {[str(day) for day in row.get('days', [])]})" for number, name, row in given]
    return [
        '        format: sql', '        rows: |',
        '          select patient_number, cast(days as date[]) as event_dates, cast(days[1] as date) as first_date,',
        f'            cast(days[-1] as date) as latest_date, cast(null as varchar) as latest_term{is_active}',
        '          from (values', *',\n'.join(values).split('\n'), '          ) as entered (patient_number, days)',
    ]


def scalar(value) -> str:
    if value is None or isinstance(value, bool):
        return {None: 'null', True: 'true', False: 'false'}[value]
    if isinstance(value, date):
        return f'"{value}"'
    text = str(value)
    return text if not isinstance(value, str) or re.fullmatch(r'[A-Za-z][\w .()/-]*', text) else f'"{text}"'


# ---- The patients


def patients(search: Combination) -> list[tuple[str, dict, bool]]:
    """Name, rows by model, whether found; no two with the same rows."""
    found, names = [], set()
    for name, rows in variants(search):
        name = name if found else 'found'
        if any(rows == others for _, others, _ in found):
            continue
        number = 1
        while name + (f' {number}' if number > 1 else '') in names:
            number += 1
        name += f' {number}' if number > 1 else ''
        names.add(name)
        found.append((name, rows, holds(search, rows)))
    return found


def holds(block, rows: dict) -> bool:
    if isinstance(block, Block):
        try:
            return block.holds(rows.get(block.model))
        except KeyError:
            # A column that no row gives is null, and a block is false of that.
            return False
    true = sum(holds(part, rows) for part in block.blocks)
    return {'all_of': true == len(block.blocks), 'none_of': true == 0}.get(block.kind, true >= block.least)


def variants(block) -> list[tuple[str, dict]]:
    """Patients, named by what is special about them: the first is the plainest of whom the block holds."""
    if isinstance(block, Block):
        every = [(name, {block.model: row}) for name, row in block.rows]
        return sorted(every, key=lambda one: not holds(block, one[1]))
    parts = [(part, variants(part)) for part in block.blocks]
    yes = [next(one for one in ones if holds(part, one[1])) for part, ones in parts]
    no = [next(one for one in ones if not holds(part, one[1])) for part, ones in parts]
    if block.kind == 'all_of':
        plain = merged(rows for _, rows in yes)
        return [(' and '.join(name for name, _ in yes), plain)] + [(name, merged([plain, rows])) for _, ones in parts for name, rows in ones]
    neither = merged(rows for _, rows in no)
    one_each = [(name, merged([neither, rows])) for _, ones in parts for name, rows in ones]
    if block.kind == 'none_of':
        return [(no[0][0], neither)] + one_each
    if block.least == 1:
        return sorted(one_each, key=lambda one: not holds(block, one[1])) + [(no[0][0], neither)]
    some = []
    for count in (block.least, block.least - 1):
        for first in range(len(parts)):
            chosen = [yes[(first + step) % len(parts)] for step in range(count)]
            some.append((' and '.join(name for name, _ in chosen), merged([neither, *(rows for _, rows in chosen)])))
    return sorted(some, key=lambda one: not holds(block, one[1]))


def merged(many) -> dict:
    """Rows by model, of which the later go before the earlier."""
    result = {}
    for rows in many:
        for model, row in rows.items():
            result[model] = None if row is None else (result.get(model) or {}) | row
    return result


# ---- The criteria


def criteria(search: Path) -> list:
    """What the call of cohort_search in a file says, without its labels."""
    calls = jinja2.Environment().parse(search.read_text(encoding='utf-8')).find_all(jinja2.nodes.Call)
    call = next((call for call in calls if call.node.name == 'cohort_search'), None)
    if call is None:
        sys.exit(f'{search.name} has no call of cohort_search to make a unit test from.')
    days = dates_of([one for one in call.find_all(jinja2.nodes.Call)])
    return [read(criterion.items[1], days) for criterion in call.args[0].items]


def read(node, days: dict):
    name = node.node.name
    if name in COMBINED:
        arguments = list(node.args)
        least = arguments.pop(0).as_const() if name == 'at_least_n_of' else 1
        return Combination(name, [read(argument, days) for argument in arguments], least)
    given = [value(argument, days) for argument in node.args]
    named = {argument.key: value(argument.value, days) for argument in node.kwargs}
    for argument in ('on', 'on_or_after', 'before'):
        if argument in named:
            named[argument] = date.fromisoformat(named[argument])
    makers = {'aged': aged, 'latest_value': latest_value, 'latest_is': latest_is, 'latest_blood_pressure': latest_blood_pressure,
              'in_cohort': in_cohort}
    try:
        if name in ATTRIBUTES:
            return attribute(name, *given)
        return counted(name, *given, **named) if name in COUNTED else makers[name](*given, **named)
    except (KeyError, TypeError):
        sys.exit(f'{name}(…), as it stands there, is not among what rows can be made for: write the unit test by hand.')


def value(node, days: dict):
    return days[text_of(node)] if isinstance(node, jinja2.nodes.Call) else node.as_const()


def text_of(call) -> str:
    return f"{call.node.name}({', '.join(repr(argument.as_const()) for argument in call.args)})"


def dates_of(calls: list) -> dict[str, str]:
    """The dates that macros such as influenza_season_start() stand for: dbt is asked, in a folder of its own beside what it keeps."""
    asked = {
        text_of(argument) for call in calls for argument in [*call.args, *(pair.value for pair in call.kwargs)]
        if isinstance(argument, jinja2.nodes.Call) and call.node.name not in (*COMBINED, 'cohort_search')
    }
    if not asked:
        return {}
    asked = sorted(asked)
    question = '{{ [' + ', '.join(asked) + "] | join(' ') }}"
    run = subprocess.run(
        [Path(sys.executable).parent / 'dbt', '--quiet', 'compile', '--inline', question, '--target-path', 'target/new_search'],
        cwd=PROJECT, env=os.environ | {'PHM_DATABASE': ':memory:'}, capture_output=True, text=True,
    )
    if run.returncode:
        sys.exit(run.stdout + run.stderr)
    return dict(zip(asked, run.stdout.split()))


def concept_model(concept: str, kinds: list[str]) -> str:
    for kind in kinds:
        if files_of(f'{kind}_{concept}.sql'):
            return f'{kind}_{concept}'
    sys.exit(f"There is no concept '{concept}' among {' and '.join(kinds)}.")


def files_of(name: str) -> list[Path]:
    """A concept's file of this name: ours, a team's own, or a package's."""
    return [file for models in ('', 'local/', 'dbt_packages/*/') for file in PROJECT.glob(f'{models}models/concepts/**/{name}')]


def as_of_date() -> date:
    """The one of dbt_project.yml: unit tests are of it."""
    variables = yaml.safe_load((PROJECT / 'dbt_project.yml').read_text(encoding='utf-8'))['vars']
    return date.fromisoformat(str(variables['as_of_date']))


def earlier(day: date, number: int, unit: str) -> date:
    if unit.rstrip('s') in ('day', 'week'):
        return day - number * (7 if unit.startswith('week') else 1) * DAY
    months = day.year * 12 + day.month - 1 - number * (12 if unit.startswith('year') else 1)
    first = date(months // 12, months % 12 + 1, 1)
    last = (first + 31 * DAY).replace(day=1) - DAY
    return first.replace(day=min(day.day, last.day))


def first_day(within: str | None, on_or_after: date | None = None) -> date | None:
    """Of the window; none if it has none."""
    if within is None:
        return on_or_after
    number, unit = within.split()
    start = earlier(as_of_date(), int(number), unit) + DAY
    return max(start, on_or_after or start)


# ---- The blocks


def aged(at_least=None, at_most=None, on=None) -> Block:
    fits = lambda age: (at_least is None or age >= at_least) and (at_most is None or age <= at_most)
    if on is None:
        ages = [age for age in (at_least, at_most, at_least and at_least - 1, at_most and at_most + 1) if age is not None]
        return Block('registered_patient', [(f'aged {age}', {'age': age}) for age in ages], lambda row: fits(row['age']))
    births = []
    if at_least is not None:
        youngest = earlier(on, at_least, 'years')
        births += [youngest, youngest + DAY]
    if at_most is not None:
        oldest = earlier(on, at_most + 1, 'years')
        births += [oldest + DAY, oldest]
    birthday = lambda born: (on.month, on.day) < (born.month, born.day)
    return Block(
        'registered_patient', [(f'born {born}', {'date_of_birth': born}) for born in births],
        lambda row: fits(on.year - row['date_of_birth'].year - birthday(row['date_of_birth'])),
    )


def attribute(name: str, *wanted) -> Block:
    column, known = ATTRIBUTES[name]
    wanted = wanted or known[:1]
    other = [one for one in known if one not in wanted][:1]
    word = {'ethnic_category': 'ethnic category', 'is_core20': 'core20', 'imd_quintile': 'quintile'}.get(column, '')
    rows = [(f'{word} {one}'.strip().lower(), {column: one}) for one in [*wanted, *other]]
    return Block('registered_patient', rows, lambda row: row[column] in wanted)


def in_cohort(name: str) -> Block:
    name = name.removeprefix('cohort_')
    words = name.replace('_', ' ')
    return Block(f'cohort_{name}', [(words, {}), (f'not {words}', None)], lambda row: row is not None)


def latest(model: str, what: str, rows: list, meets: Callable, within: str | None) -> Block:
    """Of values and statuses: rows in the window, the first once more on the day before it, and no entry."""
    start, column = first_day(within), f'latest_{what}_date'
    if start:
        day_before = (f'{rows[0][0]} on {start - DAY}', rows[0][1] | {column: start - DAY})
        rows = [(name, row | {column: start}) for name, row in rows] + [day_before]
    none = (f"no {model.split('_', 1)[1].replace('_', ' ')}", None)
    return Block(model, [none, *rows], lambda row: row is not None and meets(row) and (not start or row[column] >= start))


def latest_value(concept, at_least=None, above=None, at_most=None, below=None, within=None) -> Block:
    tests = {
        'at_least': (at_least, lambda one, bound: one >= bound, [0, -1]), 'above': (above, lambda one, bound: one > bound, [1, 0]),
        'at_most': (at_most, lambda one, bound: one <= bound, [0, 1]), 'below': (below, lambda one, bound: one < bound, [-1, 0]),
    }
    tests = [(Decimal(str(bound)), test, steps) for bound, test, steps in tests.values() if bound is not None]
    meets = lambda row: all(test(row['latest_value'], bound) for bound, test, _ in tests)
    words = concept.replace('_', ' ')
    # As fine as the bounds are written: 29 stands below 30, 29.9 below 30.0.
    step = Decimal(1).scaleb(min([0, *(bound.as_tuple().exponent for bound, _, _ in tests)]))
    values = [bound + step * number for bound, _, steps in tests for number in steps]
    rows = [(f'{words} {one}', {'latest_value': one}) for one in values]
    rows.sort(key=lambda one: not meets(one[1]))
    return latest(concept_model(concept, ['observation']), 'value', rows, meets, within)


def latest_is(concept, status, within=None) -> Block:
    model = concept_model(concept, ['observation'])
    described = yaml.safe_load(files_of(f'{model}.yml')[0].read_text(encoding='utf-8'))
    other = [one for one in described['models'][0]['config']['meta']['statuses'] if one != status][:1]
    rows = [(f'{one}', {'latest_status': one}) for one in [status, *other]]
    return latest(model, 'status', rows, lambda row: row['latest_status'] == status, within)


def latest_blood_pressure(at_least=None, above=None, at_most=None, below=None, within=None, concept='blood_pressure') -> Block:
    tests = [
        (at_least, lambda s, d, bound: s >= bound[0] or d >= bound[1]), (above, lambda s, d, bound: s > bound[0] or d > bound[1]),
        (at_most, lambda s, d, bound: s <= bound[0] and d <= bound[1]), (below, lambda s, d, bound: s < bound[0] and d < bound[1]),
    ]
    tests = [([int(part) for part in bound.split('/')], test) for bound, test in tests if bound is not None]
    meets = lambda row: all(test(row['latest_value'], row['latest_diastolic'], bound) for bound, test in tests)
    # On each side of the bound: both parts, one of them, none.
    rows = [
        (f'blood pressure {systolic}/{diastolic}', {'latest_value': systolic, 'latest_diastolic': diastolic, 'latest_is_home': False})
        for (high, low), _ in tests for more in ([-1, 0] if at_least or below else [0, 1])
        for systolic, diastolic in [(high + more, low + more), (high + more, low - 10), (high - 10, low + more)]
    ]
    rows.sort(key=lambda one: not meets(one[1]))
    return latest(concept_model(concept, ['observation']), 'value', rows, meets, within)


def counted(name: str, concept, within=None, on_or_after=None, before=None, **times) -> Block:
    kinds, word = COUNTED[name]
    model, least = concept_model(concept, kinds), times.pop(word, 1)
    words = concept.replace('_', ' ')
    if times:
        raise TypeError
    start = first_day(within, on_or_after)
    active = {'is_active': True} if name == 'has_condition' else {}
    needs_days = least > 1 or (start and before) or (active and before)
    none = (f'no {words}', None)
    inside = lambda day: (not start or day >= start) and (not before or day < before)
    if needs_days:
        last = min(as_of_date(), before - DAY if before else as_of_date())
        first = start or last - (least - 1) * 30 * DAY
        days = [first + (last - first) * step // max(least - 1, 1) for step in range(least)]
        rows = [(f'{words} {least} times', {'days': days}), (f'{words} {least - 1} times', {'days': days[1:]})]
        if start:
            rows.append((f'{words} {least} times from {start - DAY}', {'days': [start - DAY, *days[1:]]}))
        if before:
            rows.append((f'{words} {least} times to {before}', {'days': [*days[:-1], before]}))
        rows = [(one, {**row, **active}) for one, row in rows if row['days']]
        return Block(model, [none, *rows], lambda row: row is not None and sum(map(inside, row['days'])) >= least)
    if not start and not before:
        rows = [(words, active)] + ([(f'{words} no longer active', {'is_active': False})] if active else [])
        return Block(model, [none, *rows], lambda row: row is not None and (not active or row['is_active']))
    column, edge = ('latest_date', start) if start else ('first_date', before)
    rows = [(f'{words} on {day}', {column: day, **active}) for day in (edge, edge - DAY)]
    return Block(model, [none, *rows], lambda row: row is not None and inside(row[column]) and (not active or row['is_active']))
