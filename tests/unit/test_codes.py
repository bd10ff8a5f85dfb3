"""Every code is a valid SNOMED CT concept or dm+d identifier, text, listed once, with a source."""

import csv

import pytest
import yaml
from conftest import PROJECT
from snomed_codes import is_concept

CODELISTS = sorted((PROJECT / 'seeds' / 'codelists').glob('*.csv'))


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
