"""Whole builds of several dates, one after another, in one warehouse: what each mends, leaves and publishes."""

import shutil
from pathlib import Path

import pytest
from conftest import DEMO, dbt_here, part_of_project
from test_warehouse_state import OTHER_DATE, query, query_nothing

EARLIER = '2026-08-31'


class Small:
    """The project with dim_patient alone, in a warehouse of its own: a whole build takes seconds."""

    def __init__(self, parsed, folder: Path):
        self.parsed, self.folder = parsed, folder

    def build(self, as_of_date: str, change=None, extract: Path = DEMO):
        manifest = part_of_project(self.parsed.deepcopy(), 'dim_patient', tests=False)
        if change:
            change(manifest)
        run = dbt_here(manifest, 'build', folder=self.folder, variables={'as_of_date': as_of_date}, extract=extract)
        return run.ok, ' '.join(run.output.split())

    def dates(self) -> list[str]:
        return [str(day) for day, in query(self.folder, 'select as_of_date from marts.dim_patient group by 1 order by 1')]


@pytest.fixture
def small(parsed, tmp_path) -> Small:
    return Small(parsed, tmp_path)


def test_damage_is_mended_by_its_own_date_and_then_publishes(small):
    for day in [EARLIER, OTHER_DATE]:
        ok, said = small.build(day)
        assert ok and 'Publishing to' in said, said
    spoil = "delete from marts.dim_patient where sex = 'female' and as_of_date = date '{}'"
    for day in [EARLIER, OTHER_DATE]:
        query_nothing(small.folder, spoil.format(day))
    ok, said = small.build('2026-10-31')
    assert not ok and f'dim_patient ({EARLIER}, {OTHER_DATE})' in said, said
    # It mends its own date, and another is still wrong.
    ok, said = small.build(EARLIER)
    assert ok and 'Not published, because these marts hold other rows' in said and f'dim_patient ({OTHER_DATE})' in said, said
    ok, said = small.build(OTHER_DATE)
    assert ok and 'Publishing to' in said, said


def test_what_is_left_of_a_date_that_never_passed_goes_with_the_next_build(small):
    ok, said = small.build(OTHER_DATE)
    assert ok, said
    ok, said = small.build('2026-10-31', change=break_after_dim_patient)
    assert not ok and small.dates() == [OTHER_DATE, '2026-10-31'], said
    ok, said = small.build(EARLIER)
    assert ok and 'Publishing to' in said, said
    assert small.dates() == [EARLIER, OTHER_DATE]


def break_after_dim_patient(manifest) -> None:
    """A view that cannot be made stands on it."""
    node = manifest.nodes['model.phm.dim_patient']
    broken = type(node).from_dict(node.to_dict() | {
        'unique_id': 'model.phm.broken', 'name': 'broken', 'alias': 'broken', 'raw_code': "select 1 / (select 'a') as broken",
        'fqn': ['phm', 'broken'], 'refs': [], 'depends_on': {'macros': [], 'nodes': ['model.phm.dim_patient']},
    })
    broken.config.materialized, broken.config.contract.enforced = 'table', False
    broken.columns, broken.constraints, broken.contract.enforced = {}, [], False
    manifest.nodes['model.phm.broken'] = broken
    manifest.build_flat_graph()
    manifest.build_parent_and_child_maps()


def test_who_opts_out_leaves_every_slice_and_that_is_no_damage(small, tmp_path):
    """Even if the build that took them out fails later on."""
    ok, said = small.build(EARLIER)
    assert ok, said
    extract = shutil.copytree(DEMO, tmp_path / 'extract')
    header, *lines = (extract / 'patient.csv').read_text(encoding='utf-8').splitlines()
    place = header.split(',').index('type_1_opt_out')
    patient = query(small.folder, 'select min(patient_id) from marts.dim_patient')[0][0]
    rows = [line.split(',') for line in lines]
    rows = [[*row[:place], 'true', *row[place + 1:]] if row[0] == patient else row for row in rows]
    (extract / 'patient.csv').write_text('\n'.join([header, *map(','.join, rows)]) + '\n', encoding='utf-8')
    ok, said = small.build(OTHER_DATE, extract=extract, change=break_after_dim_patient)
    assert not ok and 'hold other rows' not in said, said
    assert query(small.folder, f"select count(*) from marts.dim_patient where patient_id = '{patient}'") == [(0,)]
    ok, said = small.build('2026-10-31', extract=extract)
    assert ok and 'Publishing to' in said, said
