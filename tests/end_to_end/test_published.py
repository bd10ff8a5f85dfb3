"""What passed is published, and what did not is not; benchmarks/published_copy.py tries it at length."""

import os

import published_folder
import pytest
from conftest import dbt_here, part_of_project
from published_parts import open_part, published, tables


@pytest.fixture(scope='module')
def small(parsed):
    """The project without most of it: what data_quality_summary needs, and its tests. A whole build takes seconds."""
    def run(folder, change=None, *arguments, **options):
        manifest = part_of_project(parsed.deepcopy(), 'data_quality_summary')
        if change:
            change(manifest)
        return dbt_here(manifest, 'build', *arguments, folder=folder, **options)
    return run


def spoil(manifest) -> None:
    """A data test that fails."""
    manifest.nodes['test.phm.rows_received_are_accepted_or_rejected'].raw_code = 'select 1 as one'


def test_a_build_of_a_part_publishes_nothing(small, tmp_path):
    run = small(tmp_path, None, '--exclude', 'data_quality_summary')
    assert run.ok, run.output
    assert 'Not published, because only a part was built' in run.output
    assert not published(run).exists()


def test_a_build_that_fails_leaves_what_was_published(small, tmp_path):
    run = small(tmp_path)
    assert run.ok, run.output
    before = (published(run) / 'current').resolve()
    assert tables(before, 'aggregate') == ['marts.data_quality_practice', 'marts.data_quality_summary']
    run = small(tmp_path, spoil)
    assert not run.ok
    assert 'Not published, because not everything passed' in run.output
    assert (published(run) / 'current').resolve() == before
    assert tables(before, 'aggregate') == ['marts.data_quality_practice', 'marts.data_quality_summary']
    assert os.listdir(published(run) / 'versions') == [before.name]


def test_a_publishing_that_fails_fails_the_build(small, tmp_path):
    (tmp_path / 'published').write_text('where the folder should be')
    run = small(tmp_path)
    assert not run.ok
    assert 'Publishing to' in run.output and 'Not a directory' in run.output, run.output


def test_the_next_build_takes_its_place_and_a_reader_keeps_what_it_holds(small, tmp_path):
    run = small(tmp_path)
    first = (published(run) / 'current').resolve()
    query = 'select version, rows_received from about, marts.data_quality_summary order by all'
    with open_part(published(run) / 'current', 'aggregate') as reader:
        seen = reader.execute(query).fetchall()
        run = small(tmp_path)
        assert run.ok, run.output
        second = (published(run) / 'current').resolve()
        published_folder.publish_prepare(str(published(run)), 'patient_level aggregate', '')
        published_folder.publish_switch(str(published(run)), 'third')
        assert not first.exists(), 'of the versions the last two are kept'
        assert len(os.listdir(published(run) / 'versions')) == 2
        assert reader.execute(query).fetchall() == seen
    with open_part(second, 'aggregate') as reader:
        assert reader.execute(query).fetchall() != seen
