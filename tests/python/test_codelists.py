"""Every code is a valid SNOMED CT concept or dm+d identifier, text, listed once, with a source."""

import csv

import pytest
import yaml
from conftest import PROJECT

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
    assert codes
    assert [code for code in codes if not is_concept(code)] == []
    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize('file', CODELISTS, ids=lambda file: file.stem)
def test_a_codelist_says_where_it_comes_from(file):
    seed, = yaml.safe_load(file.with_suffix('.yml').read_text())['seeds']
    assert seed['name'] == file.stem
    assert {'source', 'version', 'date', 'status', 'replace_with'} <= set(seed['config']['meta'])


def test_codes_are_text_in_the_warehouse(built):
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
