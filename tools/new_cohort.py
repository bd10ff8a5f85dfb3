"""Lays down a new search from a template: its two files, which are all that it needs.

    python tools/new_cohort.py diabetes_without_bmi            (or: make cohort name=diabetes_without_bmi)
    python tools/new_cohort.py diabetes_without_bmi --tests    (or: make cohort name=diabetes_without_bmi tests=yes)

The first writes models/cohorts/cohort_<name>.sql and .yml, in local/ if that has models (docs/own_rooms.md). Write its
criteria into the one; who is found and why, its theme, title and owner into the other. The second writes the unit test into
the YAML: patients on both sides of each boundary of the criteria. Read them, and correct what you did not mean. The marts
find the search by themselves.
"""

import re
import sys
from pathlib import Path

from boundary_rows import unit_test

PROJECT = Path(__file__).resolve().parents[1]

SEARCH = """\
{{ cohort_search([
    ('Aged 18 or over',     aged(at_least=18)),
    ('No BMI in 15 months', none_of(recorded('bmi', within='15 months'))),
]) }}
"""

DESCRIPTION = """\
models:
  - name: @search@
    description: >
      One row per (whom the search finds), because (why one asks). Asked for by (whom).
    config:
      group: lifestyle  # its theme, one of models/themes.yml
      meta:
        title: @title@
        owner: PCN analytics team
    data_tests: [one_row_per_registered_patient]
"""


def new_cohort(name: str) -> list[Path]:
    name = name.removeprefix('cohort_')
    if not re.fullmatch(r'[a-z][a-z0-9]*(_[a-z0-9]+)*', name):
        sys.exit(f"'{name}' cannot be the name of a search: use lower-case words joined by _, such as diabetes_without_bmi.")
    search = f'cohort_{name}'
    for model in files_of(search):
        sys.exit(f'There is already a search {search}: {model.relative_to(PROJECT)}.')

    title = name.replace('_', ' ').capitalize()
    team = PROJECT / 'local' / 'models'
    folder = (team if team.exists() else PROJECT / 'models') / 'cohorts'
    folder.mkdir(exist_ok=True)
    model = folder / f'{search}.sql'
    model.write_text(SEARCH, encoding='utf-8')
    model.with_suffix('.yml').write_text(
        DESCRIPTION.replace('@search@', search).replace('@title@', title), encoding='utf-8'
    )
    return [model, model.with_suffix('.yml')]


def files_of(search: str) -> list[Path]:
    """Its SQL: ours, or a team's own."""
    return [file for models in ('models', 'local/models') for file in PROJECT.glob(f'{models}/cohorts/**/{search}.sql')]


def write_tests(name: str) -> list[Path]:
    search = f"cohort_{name.removeprefix('cohort_')}"
    model = next(iter(files_of(search)), None)
    if not model:
        sys.exit(f'There is no search {search}: lay it down first, without --tests.')
    described = model.with_suffix('.yml')
    text = described.read_text(encoding='utf-8')
    if re.search('^unit_tests:', text, flags=re.MULTILINE):
        sys.exit(f'{described.relative_to(PROJECT)} has a unit test: delete the lines from unit_tests: on, and it is written anew.')
    described.write_text(f'{text.rstrip()}\n\n{unit_test(model)}', encoding='utf-8')
    return [described]


if __name__ == '__main__':
    given = [argument for argument in sys.argv[1:] if argument != '--tests']
    if len(given) != 1 or given[0].startswith('-'):
        sys.exit('Give the name of the search: python tools/new_cohort.py diabetes_without_bmi')
    for path in (write_tests if '--tests' in sys.argv else new_cohort)(given[0]):
        print(path.relative_to(PROJECT))
