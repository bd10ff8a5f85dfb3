"""Published lists drop in unchanged, and codes that are none are refused: one command with all of these files in their places."""

import pytest
from conftest import Run, copy_of_the_project, dbt, take_over

# As OpenCodelists and others export them: the file's text, and what the table must hold.
FIRST, SECOND = '1324681000000101', '39115611000001103'
EXPORTS = {
    'codelist_anxiety': f'code,term\n{FIRST},One\n{SECOND},Two\n',
    'codelist_depression': f'id,name,active\n{FIRST},One,1\n{SECOND},Two,0\n',
    'codelist_diabetes': f'dmd_id,term\n{FIRST},One\n{SECOND},Two\n',
    'codelist_hypertension': f'dmd_type,dmd_id,dmd_name,bnf_code\nVMP,{FIRST},One,0301020Q0\nAMP,{SECOND},Two,0301020Q0\n',
    'codelist_copd': f'snomedcode,term\n{FIRST},One\n{SECOND},Two\n',
    'codelist_smoking_status': f'code,category,term\n{FIRST},ex-smoker,One\n{SECOND},never smoked,Two\n',
    'codelist_bmi': f'\ufeffcode,term\n{FIRST},One\n{SECOND},Two\n',
    'codelist_severe_mental_illness': f'"code","term"\r\n"{FIRST}","One"\r\n"{SECOND}","Two"\r\n',
    'codelist_learning_disability': f'Code,Term\n{FIRST} ,One\n {SECOND},Two',
    'codelist_influenza_vaccination': f'code,term\n{FIRST},"One, with a comma and a ""quote"""\n{SECOND},Two\n',
}
# A team's own list in the place of a starter: another header, and one code of it.
OWN = "id,name,active\n26929004,Alzheimer's disease,1\n"
WRONG_CODES = {
    'codelist_asthma_inhaler': '1.32468E+15',  # a spreadsheet's number
    'codelist_heart_failure': '1324681000000100',  # digits lost to one
    'codelist_epilepsy': '44054007',  # a typing error: the check digit is wrong
    'codelist_autism': '101013',  # the identifier of a description, not of a concept
    'codelist_cancer': 'C10F.',  # Read
    'codelist_hba1c': 'E119',  # ICD-10
    'codelist_frailty': '0301020Q0AAAAAA',  # BNF
    'codelist_asplenia': '',
}
WRONG = {
    'codelist_carer_status': 'codes,term\n86198006,One\n',
    'codelist_asthma': f'code,term\n{FIRST},One\n{SECOND},Two\n{FIRST} ,Three\n',
    'codelist_egfr': f'code,term\n{FIRST},One\n{SECOND}, \n',
    **{name: f'code,term\n{FIRST},One\n{code},Two\n' for name, code in WRONG_CODES.items()},
}


@pytest.fixture(scope='module')
def run(first_parse, tmp_path_factory) -> Run:
    """Nothing but the files changes."""
    folder = tmp_path_factory.mktemp('codelists')
    project = copy_of_the_project(folder / 'project')
    take_over(first_parse, folder)
    for name, text in {**EXPORTS, **WRONG}.items():
        (project / 'seeds' / 'codelists' / f'{name}.csv').write_bytes(text.encode())
    (project / 'local' / 'codelists').mkdir()
    (project / 'local' / 'codelists' / 'dementia.csv').write_text(OWN)
    return dbt(
        'build', '--select', *EXPORTS, *WRONG, '+condition_dementia', '--indirect-selection', 'cautious',
        folder=folder, project=project,
    )


@pytest.mark.parametrize('name', EXPORTS)
def test_an_export_drops_in_unchanged(run, name):
    first = 'One, with a comma and a "quote"' if name == 'codelist_influenza_vaccination' else 'One'
    assert run.rows(f'select code, term from codelists.{name} order by code') == [(FIRST, first), (SECOND, 'Two')]


def test_an_export_keeps_its_categories(run):
    assert run.column('select category from codelists.codelist_smoking_status order by term') == ['ex-smoker', 'never smoked']


def test_a_teams_own_list_takes_the_place_of_a_starter(run):
    assert run.column('select distinct latest_term from concepts.condition_dementia') == ["Alzheimer's disease"]


def test_a_teams_own_list_of_another_name_is_refused(run):
    own = run.target.parent / 'project' / 'local' / 'codelists' / 'demenita.csv'
    own.write_text(OWN)
    refused = dbt('seed', '--select', 'codelist_dementia', folder=run.target.parent, project=own.parents[2])
    own.unlink()
    assert not refused.ok
    assert (
        "local/codelists/demenita.csv takes the place of no codelist, because there is no seed codelist_demenita; did you mean "
        "'dementia'? A codelist of your own is a seed, in local/seeds/codelists."
    ) in ' '.join(refused.output.split())


def test_codes_that_are_none_are_refused_by_file_and_line(run):
    assert not run.ok
    output = ' '.join(run.output.split())
    assert f' ERROR={len(WRONG)} ' in output
    for name, code in WRONG_CODES.items():
        assert f"seeds/codelists/{name}.csv, line 3: '{code}' is not a SNOMED CT concept or dm+d identifier" in output
    assert 'seeds/codelists/codelist_carer_status.csv has no column for the code: its columns are codes, term' in output
    assert f'seeds/codelists/codelist_asthma.csv, line 4: {FIRST} is listed in line 2 already: remove one' in output
    assert f'seeds/codelists/codelist_egfr.csv, line 3: {SECOND} has no term: write what it means' in output
