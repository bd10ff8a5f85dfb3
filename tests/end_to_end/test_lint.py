"""What `make lint` finds: in a project with mistakes exactly those, each with what to do."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pathspec
import pytest
from conftest import PROJECT
from jinja2 import Environment

# File, what is replaced in it (a regular expression), by what.
MISTAKES = {
    'a search without owner': ('models/cohorts/cohort_carers_with_depression.yml', r' +owner: .*\n', ''),
    'a concept without theme': ('models/concepts/vaccinations/vaccination_mmr.yml', r' +config: .*\n', ''),
    'a concept that reads a mart': (
        'models/concepts/conditions/condition_dementia.sql', r'\Z',
        "where patient_id in (select patient_id from {{ ref('dim_patient') }})\n",
    ),
    'a concept without a unit test': (
        'models/concepts/medications/medication_statin.yml', r'(?s)\nunit_tests:.*', '',
    ),
    'a mart without a contract': (
        'models/marts/patients/dim_patient.yml',
        r'(- name: dim_patient\n)', r'\1    config: {contract: {enforced: false}}\n',
    ),
    'a mart with a relation in clear': (
        'models/marts/patients/dim_practice.sql', r"\{\{ ref\('stg_practice'\) \}\}", 'staging.stg_practice',
    ),
    'a column without description': (
        'models/population/registered_patient.yml', r'(\{name: date_of_birth), description: .*\}', r'\1}',
    ),
    'a model without a key': ('models/population/current_registration.yml', r', data_tests: \[one_row_per_patient\]', ''),
    'a codelist without source': ('seeds/codelists/codelist_copd.yml', r' +source: .*\n', ''),
    'a macro without description': ('macros/project/_project.yml', r'How many days a month of a year has\.', ''),
    'SQL in another style': ('models/population/current_registration.sql', r'\nselect\n', r'\nSELECT\n'),
    'YAML indented by another depth': (
        'seeds/reference/ref_sex.yml', r'      - (.name: .*\n)      - (.name: .*\n)', r'        - \1        - \2',
    ),
}

WHAT_TO_DO = {
    'models/cohorts/cohort_carers_with_depression.sql': 'Add owner (the team that answers for it) and title under',
    'models/concepts/vaccinations/vaccination_mmr.sql': 'Add its theme as config.group in its YAML',
    'models/concepts/conditions/condition_dementia.sql': (
        'Read staging and codelists only, no population, concept or mart; what combines concepts is a search.'
    ),
    'models/concepts/medications/medication_statin.sql': 'Add a unit test to its YAML, with rows on both sides',
    'models/marts/patients/dim_patient.sql': 'Leave the contract of dbt_project.yml on',
    'models/marts/patients/dim_practice.sql': "Write ref('name'), not schema.name",
    'models/population/registered_patient.sql': "Describe the column in the model's YAML",
    'models/population/current_registration.sql': 'Say what makes a row unique',
    'macros/project/dates.sql': 'Say in _<folder>.yml beside the macro what it gives',
    'models/reports/report.sql': 'Move the model into the folder of its kind',
    'seeds/codelists/codelist_copd.csv': "Say under config.meta in the codelist's YAML where it comes from",
}


def lint(project: Path, *sql_files: str) -> tuple[bool, dict[str, str]]:
    """Whether all passed, and what each command of `make lint` printed."""
    run = subprocess.run([sys.executable, 'tools/lint.py', *sql_files], cwd=project, capture_output=True, text=True)
    assert not run.stderr, run.stderr
    parts = re.split(r'^(?:passed|FAILED)  (\S+) .*\n', run.stdout, flags=re.MULTILINE)
    return run.returncode == 0, dict(zip(parts[1::2], parts[2::2]))


@pytest.mark.nightly
def test_of_a_project_with_mistakes_exactly_those_are_found(project):
    for file, pattern, replacement in MISTAKES.values():
        text = (project / file).read_text(encoding='utf-8')
        changed = re.sub(pattern, replacement, text, count=1)
        assert changed != text, file
        (project / file).write_text(changed, encoding='utf-8')
    (project / 'models' / 'reports').mkdir()
    (project / 'models' / 'reports' / 'report.sql').write_text("select lsoa_code from {{ ref('stg_lsoa') }}\n")
    (project / 'models' / 'reports' / 'report.yml').write_text("""\
models:
  - name: report
    description: One row per area, in no folder that the project has.
    columns:
      - name: lsoa_code
        description: The area.
        data_tests:
          - unique
""")
    # A search from the template is as it should be.
    lay_down = [sys.executable, 'tools/new_cohort.py', 'adults_without_bmi']
    for command in (lay_down, [*lay_down, '--tests']):
        subprocess.run(command, cwd=project, check=True, capture_output=True)
    # That the rest of the SQL is in style test_pull_request.py finds.
    files = [file for file, *_ in MISTAKES.values() if file.endswith('.sql')]
    passed, found = lint(project, *files, 'models/reports', 'models/cohorts/cohort_adults_without_bmi.sql')
    assert not passed
    assert not found['dbt'], found['dbt']

    conventions = dict(line.split(': ', 1) for line in found['dbt-bouncer'].splitlines())
    assert len(conventions) == len(found['dbt-bouncer'].splitlines())
    assert set(conventions) == set(WHAT_TO_DO), found['dbt-bouncer']
    for file, what_to_do in WHAT_TO_DO.items():
        assert conventions[file].startswith(what_to_do), conventions[file]

    assert re.findall(r'^\S.*', found['yamllint'], re.MULTILINE) == ['./seeds/reference/ref_sex.yml']
    assert 'wrong indentation: expected 6 but found 8' in found['yamllint']

    assert [Path(file).name for file in re.findall(r'^== \[(.*)\] FAIL', found['sqlfluff'], re.MULTILINE)] == [
        'current_registration.sql'
    ], found['sqlfluff']
    assert 'Keywords must be lower case.' in found['sqlfluff']


def test_what_is_deprecated_stops_the_lint(project):
    """dbt itself looks for a key in the wrong place only where the warehouse is one of a few."""
    file = project / 'models' / 'population' / 'current_registration.yml'
    text = file.read_text(encoding='utf-8')
    text = text.replace('current_registration\n', 'current_registration\n    tags: [patient]\n', 1)
    file.write_text(text, encoding='utf-8')
    passed, found = lint(project)
    assert not passed
    said = ' '.join(found['dbt'].split())
    assert 'Found `tags` as a top-level property' in said and '`models/population/current_registration.yml`' in said
    assert 'should be moved into the `config`' in said
    assert 'Not run, since dbt could not read the project: dbt-bouncer and sqlfluff.' in found['yamllint']


# What it compiles to is too long for sqlfluff; .sqlfluffignore says why.
TOO_LONG = 'models/marts/inequalities/inequality_counts_by_group.sql'


def is_one_call_of_a_macro(sql: str) -> bool:
    """Nothing stands outside Jinja, and in it one macro is called, beside config."""
    outside, called, expression = '', [], None
    for _, kind, value in Environment().lex(sql):
        if kind == 'data':
            outside += value
        elif kind == 'variable_begin':
            expression = []
        elif kind == 'variable_end':
            called.append(expression[0])
            expression = None
        elif kind == 'name' and expression is not None:
            expression.append(value)
    return not outside.strip() and len([name for name in called if name != 'config']) == 1


def test_sqlfluff_ignores_the_models_that_are_one_call_of_a_macro_and_no_others():
    patterns = (PROJECT / '.sqlfluffignore').read_text(encoding='utf-8')
    ignored = pathspec.GitIgnoreSpec.from_lines(patterns.splitlines())
    files = [
        file.relative_to(PROJECT).as_posix()
        for folder in ('models', 'analyses', 'tests') for file in (PROJECT / folder).rglob('*.sql')
    ]
    linted = [file for file in files if not ignored.match_file(file)]
    assert linted
    for file in files:
        one_call = is_one_call_of_a_macro((PROJECT / file).read_text(encoding='utf-8'))
        if file.startswith('tests/generic/') or file == TOO_LONG:
            assert file not in linted
        elif one_call:
            assert file not in linted, f'{file} is one call of a macro: add it to .sqlfluffignore.'
        else:
            assert file in linted, f'{file} has SQL of its own: take it out of .sqlfluffignore.'


def test_one_call_of_a_macro_is_told_from_sql():
    assert is_one_call_of_a_macro("{# a comment #}\n{{ config(a='}}') }}\n{% set x = 1 %}{{ concept(ref('a')) }}\n")
    assert not is_one_call_of_a_macro("{{ concept(ref('a')) }}\nwhere x")
    assert not is_one_call_of_a_macro("{{ concept(ref('a')) }}{{ concept(ref('b')) }}")


def test_a_hook_keeps_data_out_of_a_commit(project, tmp_path):
    where_data_is = ['demo/extract/condition.csv', 'seeds/codelists/codelist_new.csv']
    for file in [*where_data_is, 'patients.csv', 'models/marts/extract.parquet']:
        (project / file).write_text('code,term\n', encoding='utf-8')
    subprocess.run(['git', 'init', '--quiet'], cwd=project, check=True)
    subprocess.run(['git', 'add', '.'], cwd=project, check=True)
    run = subprocess.run(
        [Path(sys.executable).parent / 'pre-commit', 'run', 'no-data', '--all-files'], cwd=project,
        env=os.environ | {'PRE_COMMIT_HOME': str(tmp_path / 'hooks')}, capture_output=True, text=True,
    )
    assert run.returncode != 0
    assert "This may hold patients' records." in run.stdout
    assert [line for line in run.stdout.splitlines() if (project / line).is_file()] == [
        'models/marts/extract.parquet', 'patients.csv',
    ]
