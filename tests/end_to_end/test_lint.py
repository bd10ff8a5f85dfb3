"""What `make lint` finds: in a project with mistakes exactly those, each with what to do."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pathspec
import pytest
from conftest import PROJECT
from jinja2 import Environment

sys.path.insert(0, str(PROJECT / 'tools'))
import impact  # noqa: E402
import lint as linter  # noqa: E402

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
    'a starter that nothing is to replace': ('seeds/codelists/codelist_dementia.yml', r' +replace_with: .*\n', ''),
    'a status that no codelist has': ('seeds/codelists/codelist_asthma.yml', 'status: starter', 'status: real'),
    'a period in which nothing is counted': (
        'models/indicators/indicator_cvd_02_hypertension_register.yml', 'counted_over: .*', 'counted_over: 15 months',
    ),
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
    'models/indicators/indicator_cvd_02_hypertension_register.sql': 'Say under config.meta in its YAML in which period',
    'seeds/codelists/codelist_hypertension.csv': 'Say in local/codelists, in a YAML beside the CSV, where the list comes from',
    'macros/project/dates.sql': 'Say in _<folder>.yml beside the macro what it gives',
    'models/reports/report.sql': 'Move the model into the folder of its kind',
    'seeds/codelists/codelist_copd.csv': "Say under config.meta in the codelist's YAML where it comes from",
    'seeds/codelists/codelist_dementia.csv': "Write config.meta.status into the codelist's YAML: published for a list that",
    'seeds/codelists/codelist_asthma.csv': "Write config.meta.status into the codelist's YAML: published for a list that",
}


def lint(project: Path) -> tuple[bool, dict[str, str]]:
    """Whether all passed, and what each command of `make lint` printed."""
    run = subprocess.run([sys.executable, 'tools/lint.py'], cwd=project, capture_output=True, text=True)
    assert not run.stderr, run.stderr
    parts = re.split(r'^(?:passed|FAILED)  (\S+) .*\n', run.stdout, flags=re.MULTILINE)
    return run.returncode == 0, dict(zip(parts[1::2], parts[2::2]))


def commit_as_main(project: Path) -> None:
    settings = ['-c', 'user.name=An analyst', '-c', 'user.email=analyst@example.org', '-c', 'commit.gpgsign=false']
    for arguments in (['init', '--quiet', '--initial-branch', 'main'], ['add', '.'], ['commit', '--quiet', '--message', 'Main']):
        subprocess.run(['git', *settings, *arguments], cwd=project, check=True)


def own_rooms(project: Path) -> None:
    """What a team may have in its own, and a concept of ours under its old name; and a list of which nothing is said."""
    for file, text in {
        'local/macros/own_spellings.sql': "{% macro own_spellings() %}{{ return({'adhd': 'ADHD'}) }}{% endmacro %}\n",
        'local/macros/_macros.yml': 'macros:\n  - {name: own_spellings, description: How we spell abbreviations.}\n',
        'local/codelists/hypertension.csv': 'code,term\n38341003,Hypertension\n',
        'models/concepts/conditions/renamed/condition_high_blood_pressure.sql': "select * from {{ ref('condition_hypertension') }}\n",
        'models/concepts/conditions/renamed/condition_high_blood_pressure.yml': """\
models:
  - name: condition_high_blood_pressure
    description: The old name of condition_hypertension.
    deprecation_date: 2099-06-30
    config: {group: cardiovascular, materialized: view}
    data_tests: [one_row_per_patient]
""",
    }.items():
        (project / file).parent.mkdir(parents=True, exist_ok=True)
        (project / file).write_text(text, encoding='utf-8')


@pytest.mark.nightly
def test_of_a_project_with_mistakes_exactly_those_are_found(project):
    commit_as_main(project)
    published = project / 'seeds' / 'codelists' / 'codelist_diabetes.yml'
    text = published.read_text(encoding='utf-8').replace('status: starter', 'status: published')
    published.write_text(re.sub(r' +replace_with: .*\n', '', text), encoding='utf-8')
    for file, pattern, replacement in MISTAKES.values():
        text = (project / file).read_text(encoding='utf-8')
        changed = re.sub(pattern, replacement, text, count=1)
        assert changed != text, file
        (project / file).write_text(changed, encoding='utf-8')
    own_rooms(project)
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
    passed, found = lint(project)
    assert not passed
    assert not found['dbt'], found['dbt']

    conventions = dict(line.split(': ', 1) for line in found['dbt-bouncer'].splitlines())
    assert len(conventions) == len(found['dbt-bouncer'].splitlines())
    assert set(conventions) == set(WHAT_TO_DO), found['dbt-bouncer']
    for file, what_to_do in WHAT_TO_DO.items():
        assert conventions[file].startswith(what_to_do), conventions[file]

    assert re.findall(r'^\S.*', found['yamllint'], re.MULTILINE) == ['seeds/reference/ref_sex.yml']
    assert 'wrong indentation: expected 6 but found 8' in found['yamllint']

    assert [Path(file).name for file in re.findall(r'^== \[(.*)\] FAIL', found['sqlfluff'], re.MULTILINE)] == [
        'current_registration.sql'
    ], found['sqlfluff']
    assert 'Keywords must be lower case.' in found['sqlfluff']
    assert not list((project / 'warehouse').glob('*.duckdb')), 'The warehouse may be in use by another program.'


def test_what_is_deprecated_stops_the_lint_however_often(project):
    """dbt itself looks for a key in the wrong place only where the warehouse is one of a few."""
    commit_as_main(project)
    passed, found = lint(project)
    assert passed, found
    file = project / 'models' / 'population' / 'current_registration.yml'
    text = file.read_text(encoding='utf-8')
    text = text.replace('current_registration\n', 'current_registration\n    tags: [patient]\n', 1)
    file.write_text(text, encoding='utf-8')
    # What dbt keeps of a run hides it neither from the next nor from the one after.
    for passed, found in (lint(project), lint(project)):
        assert not passed
    said = ' '.join(found['dbt'].split())
    assert 'Found `tags` as a top-level property' in said and '`models/population/current_registration.yml`' in said
    assert 'should be moved into the `config`' in said
    assert 'Not run, since dbt could not read the project: dbt-bouncer and sqlfluff.' in found['yamllint']


def test_what_differs_from_main_is_checked_whatever_its_folder(tmp_path, monkeypatch):
    for module in (impact, linter):
        monkeypatch.setattr(module, 'PROJECT', tmp_path)
    monkeypatch.setenv('GIT_CEILING_DIRECTORIES', str(tmp_path.parent))
    for name in ('dbt_project.yml', 'same.sql', 'changed.sql', 'deleted.yml', '.sqlfluff'):
        (tmp_path / name).write_text('a')
    assert linter.files_that_differ() is None
    commit_as_main(tmp_path)
    assert linter.files_that_differ() == set()
    (tmp_path / 'changed.sql').write_text('b')
    (tmp_path / 'deleted.yml').unlink()
    (tmp_path / 'local' / 'models').mkdir(parents=True)
    (tmp_path / 'local' / 'models' / 'new.yml').write_text('b')
    assert linter.files_that_differ() == {'changed.sql', 'local/models/new.yml'}
    (tmp_path / '.sqlfluff').write_text('b')
    assert linter.files_that_differ() is None


def test_sql_made_by_a_changed_macro_is_read_too_and_what_is_ignored_is_not(tmp_path, monkeypatch):
    monkeypatch.setattr(linter, 'PROJECT', tmp_path)
    (tmp_path / '.sqlfluffignore').write_text('macros/\nmodels/cohorts/\n')
    (tmp_path / linter.TARGET).mkdir(parents=True)
    macros = {'a': ('macros/a.sql', []), 'calls_a': ('macros/b.sql', ['a']), 'other': ('macros/c.sql', [])}
    nodes = {'models/x.sql': ['calls_a'], 'models/y.sql': ['other'], 'models/cohorts/z.sql': ['a']}
    (tmp_path / linter.TARGET / 'manifest.json').write_text(json.dumps({
        'macros': {name: {'original_file_path': file, 'depends_on': {'macros': on}} for name, (file, on) in macros.items()},
        'nodes': {file: {'original_file_path': file, 'depends_on': {'macros': on}} for file, on in nodes.items()},
    }))
    assert linter.sql_to_read({'macros/a.sql', 'local/models/new.sql', 'new.yml'}) == ['local/models/new.sql', 'models/x.sql']


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
