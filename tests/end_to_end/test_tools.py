"""What a contributor runs beside dbt build: the documentation, an environment with only what the build needs."""

import contextlib
import os
import re
import shutil
import subprocess
import sys

import documentation
import pytest
from conftest import PROJECT


# Hides, as if they were not installed, the packages that a list of requirements does not name.
WITH_ONLY = """
import importlib.metadata, re, sys
listed = set(re.findall(r'^([A-Za-z0-9._-]+)==', open(sys.argv[1], encoding='utf-8').read(), re.MULTILINE))
canonical = lambda name: re.sub('[-_.]+', '-', name).lower()
installed = importlib.metadata.packages_distributions()
hidden = {module for module, names in installed.items() if not {canonical(n) for n in names} & {canonical(n) for n in listed}}
class Hide:
    def find_spec(self, name, path=None, target=None):
        if name.split('.')[0] in hidden:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Hide())
from dbt.cli.main import dbtRunner
result = dbtRunner().invoke(['debug', '--no-use-colors', *sys.argv[2:]])
sys.exit(not result.success)
"""


def test_the_build_needs_only_what_its_list_of_requirements_names(tmp_path):
    """The suite's own environment has more: what only that has would be missing after `make build`."""
    run = subprocess.run(
        [sys.executable, '-c', WITH_ONLY, PROJECT / 'requirements' / 'build.txt', '--log-path', tmp_path],
        cwd=PROJECT, env=os.environ | {'PHM_DATABASE': str(tmp_path / 'phm.duckdb')}, capture_output=True, text=True,
    )
    assert run.returncode == 0 and 'All checks passed' in run.stdout, run.stdout + run.stderr


@pytest.fixture(scope='module')
def documented(rebuild, built, tmp_path_factory):
    folder = tmp_path_factory.mktemp('documented')
    (folder / 'target').mkdir()
    shutil.copy(built.target / 'manifest.json', folder / 'target')
    run = rebuild('docs', 'generate', '--static', folder=folder, write_json=True)
    assert run.ok, run.output
    return run


def test_the_documentation_is_one_file_with_the_flagship_in_it(documented):
    page = (documented.target / 'static_index.html').read_text(encoding='utf-8')
    assert 'cohort_high_bmi_anxiety_depression_no_covid_vaccination' in page
    assert 'population health management for primary care networks' in page
    assert '<script src="http' not in page


def test_the_documentation_is_pages_that_lead_to_each_other(documented, built, monkeypatch, capsys):
    """How they look, make browser-test tells."""
    monkeypatch.setenv('PHM_PUBLISHED_DIR', str(built.database.parent / 'published'))
    documentation.main(documented.target)
    assert 'stays inside' in capsys.readouterr().out
    docs = documented.target / 'docs'
    assert sorted(page.name for page in docs.iterdir()) == ['catalogue.html', 'columns.html', 'index.html', 'models.html']
    # Nor do they tell where on this machine they were made.
    assert not [page.name for page in docs.iterdir() if str(PROJECT) in page.read_text(encoding='utf-8')]
    for page in [docs / 'index.html', docs / 'catalogue.html', documented.target / 'docs_inside' / 'catalogue.html']:
        for link in set(re.findall('href="([^"#?]+)', page.read_text(encoding='utf-8'))):
            assert (page.parent / link).exists(), f'{page.name} leads to {link}'


def test_the_lineage_of_columns_is_not_written_with_gaps(documented, tmp_path, monkeypatch):
    """A newer sqlglot makes dbt-colibri log that it lost a column, and end well."""
    from dbt_colibri.report.generator import DbtColibriReportGenerator

    def report(self, output_dir):
        self.logger.error('Unexpected error processing model phm.observation_bmi, column latest_value')
        (tmp_path / 'index.html').write_text('')

    monkeypatch.setattr(DbtColibriReportGenerator, 'generate_report', report)
    monkeypatch.setattr(documentation.tempfile, 'TemporaryDirectory', lambda: contextlib.nullcontext(tmp_path))
    page = tmp_path / 'columns.html'
    with pytest.raises(SystemExit, match='could not follow 1 columns, the first: .* phm.observation_bmi'):
        documentation.column_lineage(documented.manifest(), documented.target / 'catalog.json', page)
    assert not page.exists()


@pytest.mark.parametrize('analysis', sorted(file.name for file in (PROJECT / 'analyses').glob('*.sql')))
def test_an_analysis_has_an_answer(documented, analysis):
    compiled = documented.target / 'compiled' / 'phm' / 'analyses' / analysis
    assert documented.rows(compiled.read_text(encoding='utf-8'))


def test_readme_shows_the_search_and_its_result_as_they_are(built):
    readme = (PROJECT / 'README.md').read_text(encoding='utf-8')
    search = 'cohort_high_bmi_anxiety_depression_no_covid_vaccination'
    model = (PROJECT / 'models' / 'cohorts' / f'{search}.sql').read_text(encoding='utf-8')
    assert '\n'.join(f'    {line}' for line in model.splitlines()) in readme
    for step, criterion, patients in built.rows(f"""
        select step, criterion, patients from marts.cohort_attrition where cohort = '{search}'
    """):
        assert f'| {step} | {criterion} | {patients:,} |' in readme
    patient, evidence = re.search(r'^> `(\w+)`: (.+\n> .+)$', readme, re.MULTILINE).groups()
    assert built.column(f"select evidence from marts.cohort_recall_list where cohort = '{search}' and patient_id = '{patient}'") == [
        evidence.replace('\n> ', ' ')
    ]
