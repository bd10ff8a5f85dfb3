"""Adding a search, as CONTRIBUTING tells it, in a copy of the project; and the ways in which it goes wrong."""

import re
import shutil
import subprocess
import sys

import pytest
from conftest import dbt

pytestmark = pytest.mark.usefixtures('parsed_before')

NAME = 'adults_without_bmi'
SEARCH = f'cohort_{NAME}'


def lay_down(project, name=NAME, *arguments):
    return subprocess.run(
        [sys.executable, project / 'tools' / 'new_cohort.py', name, *arguments], cwd=project, capture_output=True, text=True,
    )


def test_a_new_search_is_laid_down_and_in_every_mart(project, tmp_path, built):
    run = lay_down(project)
    assert run.returncode == 0, run.stderr
    assert run.stdout.split() == [f'models/cohorts/{SEARCH}.sql', f'models/cohorts/{SEARCH}.yml']
    assert sum(len((project / file).read_text().splitlines()) for file in run.stdout.split()) <= 15
    run = lay_down(project, NAME, '--tests')
    assert run.stdout.split() == [f'models/cohorts/{SEARCH}.yml'], run.stderr
    run = lay_down(project, NAME, '--tests')
    assert run.returncode != 0 and 'has a unit test: delete the lines from unit_tests: on' in run.stderr
    shutil.copy(built.database, tmp_path / 'phm.duckdb')
    marts = ['cohort_flags', 'cohort_membership', 'cohort_recall_list', 'cohort_attrition', 'dim_cohort']
    run = dbt('build', '--select', SEARCH, *marts, folder=tmp_path, project=project)
    assert run.ok, run.output
    assert f'PASS {SEARCH}::every_criterion_must_hold' in run.output
    members = run.column(f'select count(*) from marts.cohort_flags where {SEARCH}')[0]
    assert members > 0
    assert run.column(f"select count(*) from marts.cohort_recall_list where cohort = '{SEARCH}'") == [members]
    assert run.column(f"select min(patients) from marts.cohort_attrition where cohort = '{SEARCH}'") == [members]
    assert run.rows(f"select title, definition, codelists from marts.dim_cohort where cohort = '{SEARCH}'") == [(
        'Adults without bmi', 'Aged 18 or over; no BMI recorded in the 15 months to 31 October 2026.',
        'codelist_bmi, codelist_bmi_category, codelist_body_height, codelist_body_weight',
    )]
    untouched = 'cohort_aged_75_or_over_never_covid_vaccinated'
    query = f"select * from marts.cohort_recall_list where cohort = '{untouched}' order by all"
    assert run.rows(query) == built.rows(query)


@pytest.mark.parametrize(('name', 'sentence'), [
    ('Diabetes without BMI', "'Diabetes without BMI' cannot be the name of a search"),
    ('aged_75_or_over_never_covid_vaccinated', 'There is already a search cohort_aged_75_or_over_never_covid_vaccinated'),
    ('', "'' cannot be the name of a search"),
])
def test_a_wrong_name_is_refused(project, name, sentence):
    run = lay_down(project, name)
    assert run.returncode != 0
    assert sentence in run.stderr
    assert 'Traceback' not in run.stderr


# Its criteria compare the days of two concepts.
BY_HAND = 'cohort_learning_disability_no_health_check_or_plan'


@pytest.mark.nightly
def test_the_unit_test_that_is_made_of_any_search_passes(project, tmp_path, built):
    for search in sorted(project.glob('models/cohorts/cohort_*.sql')):
        described = search.with_suffix('.yml')
        text = described.read_text(encoding='utf-8')
        described.write_text(re.sub(r'(?ms)^unit_tests:.*', '', text), encoding='utf-8')
        run = lay_down(project, search.stem, '--tests')
        assert (run.returncode == 0) == (search.stem != BY_HAND), run.stderr
    assert 'after(…), as it stands there, is not among what rows can be made for' in lay_down(project, BY_HAND, '--tests').stderr
    shutil.copy(built.database, tmp_path / 'phm.duckdb')
    run = dbt('test', '--select', 'models/cohorts,test_type:unit', folder=tmp_path, project=project)
    assert run.ok, run.output


def test_of_a_search_that_is_not_there_no_unit_test_is_made(project):
    run = lay_down(project, 'nowhere', '--tests')
    assert run.returncode != 0 and 'There is no search cohort_nowhere: lay it down first' in run.stderr


def add_search(project, name, block):
    (project / 'models' / 'cohorts' / f'cohort_{name}.sql').write_text("{{ cohort_search([('A', " + block + ')]) }}\n')


def test_a_search_that_comes_back_to_itself_is_refused(project, tmp_path):
    add_search(project, 'chicken', "in_cohort('egg')")
    add_search(project, 'egg', "in_cohort('chicken')")
    run = dbt('ls', folder=tmp_path, project=project)
    assert not run.ok
    assert 'Found a cycle' in run.output
    assert 'cohort_chicken' in run.output and 'cohort_egg' in run.output
    assert 'Traceback' not in run.output


def test_a_wrong_search_is_refused_when_dbt_parses_with_the_name_of_its_file(project, tmp_path):
    add_search(project, 'misspelt', "has_condition('anxeity')")
    run = dbt('parse', folder=tmp_path, project=project)
    assert not run.ok
    output = ' '.join(run.output.split())
    assert 'models/cohorts/cohort_misspelt.sql' in output
    assert "there is no concept 'anxeity' among models/concepts/conditions; did you mean 'anxiety'?" in output
