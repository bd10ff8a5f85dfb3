"""Lays down a new search from a template: its two files, which are all that it needs.

    python tools/new_cohort.py diabetes_without_bmi        (or: make cohort name=diabetes_without_bmi)

Writes models/cohorts/cohort_<name>.sql and .yml; the marts find it by themselves. What is left to do is in the files it wrote.
"""

import re
import sys
from pathlib import Path

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

unit_tests:
  - name: every_criterion_must_hold
    model: @search@
    given:
      - input: ref('registered_patient')
        rows:
          - {patient_number: 1, patient_id: found, age: 18}
          - {patient_number: 2, patient_id: aged 17, age: 17}
          - {patient_number: 3, patient_id: first day of the window, age: 18}
          - {patient_number: 4, patient_id: last day before it, age: 18}
      - input: ref('observation_bmi')
        rows:
          - {patient_number: 3, latest_date: "2025-08-01"}  # first day of the window
          - {patient_number: 4, latest_date: "2025-07-31"}  # last day before it
    expect:
      rows:
        - {patient_id: found}
        - {patient_id: last day before it}
"""


def new_cohort(name: str) -> list[Path]:
    name = name.removeprefix('cohort_')
    if not re.fullmatch(r'[a-z][a-z0-9]*(_[a-z0-9]+)*', name):
        sys.exit(f"'{name}' cannot be the name of a search: use lower-case words joined by _, such as diabetes_without_bmi.")
    search = f'cohort_{name}'
    model = PROJECT / 'models' / 'cohorts' / f'{search}.sql'
    if model.exists():
        sys.exit(f'There is already a search {search}: {model.relative_to(PROJECT)}.')

    title = name.replace('_', ' ').capitalize()
    model.write_text(SEARCH, encoding='utf-8')
    model.with_suffix('.yml').write_text(
        DESCRIPTION.replace('@search@', search).replace('@title@', title), encoding='utf-8'
    )
    return [model, model.with_suffix('.yml')]


if __name__ == '__main__':
    if len(sys.argv) != 2 or sys.argv[1].startswith('-'):
        sys.exit('Give the name of the search: python tools/new_cohort.py diabetes_without_bmi')
    for path in new_cohort(sys.argv[1]):
        print(path.relative_to(PROJECT))
