"""Every code is a valid SNOMED CT concept or dm+d identifier, text, listed once, with a source."""

import csv

import pytest
import yaml
from conftest import PROJECT, dbt

FOLDER = PROJECT / 'seeds' / 'codelists'
CODELISTS = sorted(FOLDER.glob('*.csv'))

# Verhoeff's scheme, which SNOMED CT prescribes for the last digit of an identifier
# (SNOMED CT Release File Specification, 5.5): multiplication in the dihedral group D5,
# and the permutation of each position.
MULTIPLY = [
    [a + b if a + b < 5 else a + b - 5 for b in range(5)] + [5 + (a + b) % 5 for b in range(5)] for a in range(5)
] + [
    [5 + (a - b) % 5 for b in range(5)] + [(a - b) % 5 for b in range(5)] for a in range(5)
]
FIRST_PERMUTATION = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]


def permute(digit: int, position: int) -> int:
    for _ in range(position % 8):
        digit = FIRST_PERMUTATION[digit]
    return digit


def has_valid_check_digit(code: str) -> bool:
    check = 0
    for position, digit in enumerate(reversed(code)):
        check = MULTIPLY[check][permute(int(digit), position)]
    return check == 0


def is_concept(code: str) -> bool:
    """The two digits before the check digit: 00 for a concept, 10 for one of an extension (all of dm+d)."""
    return (
        code.isascii() and code.isdigit() and 6 <= len(code) <= 18 and code[0] != '0'
        and code[-3:-1] in ('00', '10') and has_valid_check_digit(code)
    )


@pytest.mark.parametrize(('code', 'valid'), [
    ('44054006', True), ('73211009', True), ('1324681000000101', True), ('39115611000001103', True),
    ('44054007', False), ('44045006', False), ('101013', False), ('1.32468E+15', False),
    ('1324681000000100', False), ('C10F.', False), ('E119', False), ('', False),
])
def test_the_check_itself(code, valid):
    assert is_concept(code) == valid


@pytest.mark.parametrize('file', CODELISTS, ids=lambda file: file.stem)
def test_codes_are_valid_and_listed_once(file):
    with file.open(encoding='utf-8-sig', newline='') as lines:
        codes = [row['code'] for row in csv.DictReader(lines)]
    seed, = yaml.safe_load(file.with_suffix('.yml').read_text(encoding='utf-8'))['seeds']
    assert bool(codes) == (seed['config']['meta']['status'] != 'empty')
    assert [code for code in codes if not is_concept(code)] == []
    assert len(set(codes)) == len(codes)


def test_codes_are_text_in_the_warehouse(built):
    """A code of 16 to 18 digits read as a number matches nothing."""
    types = built.column("""
        select distinct data_type from information_schema.columns
        where table_schema = 'codelists' and column_name = 'code'
    """)
    assert types == ['VARCHAR']
    assert '1324681000000101' in built.column('select code from codelists.codelist_covid_19_vaccination')


def test_every_codelist_is_used_by_a_concept(built):
    manifest = built.manifest()
    used = {
        parent for node in manifest['nodes'].values() if node['resource_type'] == 'model'
        for parent in node['depends_on']['nodes']
    }
    assert {f'seed.phm.{file.stem}' for file in CODELISTS} <= used


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
}


@pytest.mark.usefixtures('parsed_before')
def test_exports_drop_in_unchanged(project, tmp_path):
    for name, text in EXPORTS.items():
        (project / 'seeds' / 'codelists' / f'{name}.csv').write_bytes(text.encode())
    quoted = project / 'seeds' / 'codelists' / 'codelist_influenza_vaccination.csv'
    quoted.write_text(f'code,term\n{FIRST},"One, with a comma and a ""quote"""\n')
    run = dbt('seed', '--select', *EXPORTS, quoted.stem, folder=tmp_path, project=project)
    assert run.ok, run.output
    for name in EXPORTS:
        assert run.rows(f'select code, term from codelists.{name} order by term') == [(FIRST, 'One'), (SECOND, 'Two')]
    assert run.column('select category from codelists.codelist_smoking_status order by term') == ['ex-smoker', 'never smoked']
    assert run.column('select term from codelists.codelist_influenza_vaccination') == ['One, with a comma and a "quote"']


@pytest.mark.usefixtures('parsed_before')
def test_a_list_put_in_the_place_of_a_starter_list_changes_the_search(project, tmp_path):
    """The published list has another header; nothing but the file changes."""
    file = project / 'seeds' / 'codelists' / 'codelist_dementia.csv'
    file.write_text("id,name,active\n26929004,Alzheimer's disease,1\n")
    run = dbt('build', '--select', '+condition_dementia', '--indirect-selection', 'cautious', folder=tmp_path, project=project)
    assert run.ok, run.output
    assert run.column('select distinct latest_term from concepts.condition_dementia') == ["Alzheimer's disease"]


WRONG_CODES = {
    'codelist_anxiety': '1.32468E+15',  # a spreadsheet's number
    'codelist_depression': '1324681000000100',  # digits lost to one
    'codelist_diabetes': '44054007',  # a typing error: the check digit is wrong
    'codelist_hypertension': '101013',  # the identifier of a description, not of a concept
    'codelist_copd': 'C10F.',  # Read
    'codelist_bmi': 'E119',  # ICD-10
    'codelist_smoking_status': '0301020Q0AAAAAA',  # BNF
    'codelist_learning_disability': '',
}


@pytest.mark.usefixtures('parsed_before')
def test_codes_that_are_none_are_refused_by_file_and_line(project, tmp_path):
    for name, code in WRONG_CODES.items():
        (project / 'seeds' / 'codelists' / f'{name}.csv').write_text(f'code,term\n{FIRST},One\n{code},Two\n')
    others = {
        'codelist_influenza_vaccination': 'codes,term\n86198006,One\n',
        'codelist_asthma': f'code,term\n{FIRST},One\n{SECOND},Two\n{FIRST} ,Three\n',
        'codelist_dementia': f'code,term\n{FIRST},One\n{SECOND}, \n',
    }
    for name, text in others.items():
        (project / 'seeds' / 'codelists' / f'{name}.csv').write_text(text)
    run = dbt('seed', '--select', *WRONG_CODES, *others, folder=tmp_path, project=project)
    assert not run.ok
    output = ' '.join(run.output.split())
    for name, code in WRONG_CODES.items():
        assert f"seeds/codelists/{name}.csv, line 3: '{code}' is not a SNOMED CT concept or dm+d identifier" in output
    assert 'seeds/codelists/codelist_influenza_vaccination.csv has no column for the code: its columns are codes, term' in output
    assert f'seeds/codelists/codelist_asthma.csv, line 4: {FIRST} is listed in line 2 already: remove one' in output
    assert f'seeds/codelists/codelist_dementia.csv, line 3: {SECOND} has no term: write what it means' in output


def test_the_projects_own_check_agrees_with_this_one(built, compile_jinja):
    """is_identifier is SQL; here it meets codes of every length, right and wrong."""
    codes = [f'{number}{end}' for number in (1, 73211, 13246810000001, 999999999999999) for end in
             (f'{partition}{check}' for partition in ('00', '10', '01') for check in range(10))]
    values = ', '.join(f"('{code}')" for code in codes)
    ok, sql = compile_jinja('select code from (values ' + values + ") as listed (code) where not {{ is_identifier('code') }}")
    assert ok, sql
    refused = {row[0] for row in built.rows(sql)}
    assert refused == {code for code in codes if not is_concept(code)}
