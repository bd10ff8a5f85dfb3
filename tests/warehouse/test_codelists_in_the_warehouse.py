"""Codes arrive as they are written, every codelist is used, and the project's own check of a code is the tests'."""

from conftest import PROJECT
from snomed_codes import is_concept


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
    assert {f'seed.phm.{file.stem}' for file in (PROJECT / 'seeds' / 'codelists').glob('*.csv')} <= used


def test_the_projects_own_check_agrees_with_this_one(built, compile_jinja):
    """is_identifier is SQL; here it meets codes of every length, right and wrong."""
    codes = [f'{number}{end}' for number in (1, 73211, 13246810000001, 999999999999999) for end in
             (f'{partition}{check}' for partition in ('00', '10', '01') for check in range(10))]
    values = ', '.join(f"('{code}')" for code in codes)
    ok, sql = compile_jinja('select code from (values ' + values + ") as listed (code) where not {{ is_identifier('code') }}")
    assert ok, sql
    refused = {row[0] for row in built.rows(sql)}
    assert refused == {code for code in codes if not is_concept(code)}
